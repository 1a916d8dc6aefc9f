import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLedger, updateMailbox } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { inviteAgents } from '../support/invite-agents.ts'
import { isAlive } from '../support/is-alive.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import { type SmtpSinkProcess, startSmtpSinkProcess } from '../support/smtp-sink-process.ts'
import { type Count, countFromOutside } from './count-from-outside.ts'
import { crash, planCrashes } from './crash.ts'
import { type LoadMail, makeMails } from './mail-load.ts'
import { plantFaults } from './plant-faults.ts'
import { type ReplyLoad, startReplies } from './reply-load.ts'
import { type HandWork, settle } from './settle.ts'

export type KillOptions = {
  seed: number
  kills: number
  mails: number
  replies: number
  /** `planted`: a changed copy that skips a UID and sends replies twice, to prove that the count notices. */
  product: 'as it is' | 'planted'
  /** Told about each step as it happens. */
  say?: (line: string) => void
}

/** What one run found. It is good when `violations` is empty. */
export type KillReport = Count & {
  inFlight: number
  idleKills: number
  databaseKills: number
  /** The process was gone before we came: a fault of its own. */
  endedByItself: number
  work: HandWork
  tookMs: number
}

type Mailbox = { id: number; address: string }

type Stage = {
  options: KillOptions
  random: () => number
  dovecot: Dovecot
  sink: SmtpSinkProcess
  desk: Letterdesk
  admin: ApiClient
  mailboxes: Mailbox[]
  mails: LoadMail[]
  replies: ReplyLoad
}

const finalStallMs = 150 // the sink's silence after the dot: the window in which nobody knows
const settings = { 'support@desk.test': 'repeat_once', 'billing@desk.test': 'ask' } as const
const oldMails = 4

/**
 * Kills the product while mail and replies go through it, starts it again each time on the same folder,
 * and counts afterwards from outside. Dovecot and the sink live on.
 */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const startedAtMs = performance.now()
  const root = new URL('../..', import.meta.url).pathname
  const copy = options.product === 'planted' ? await plantFaults(root) : undefined
  const certificates = await makeCertificates()
  const logFolder = await mkdtemp(join(tmpdir(), 'letterdesk-sink-'))
  const dovecot = await startDovecot({ certificates })
  const logFile = join(logFolder, 'accepted.log')
  const sink = await startSmtpSinkProcess({ certificates, logFile, finalStallMs })
  const desk = await startLetterdesk({ caFile: certificates.caFile, root: copy ?? root })
  try {
    const stage = await setStage(options, { dovecot, sink, desk })
    const kills = await crashOften(stage)
    options.say?.('no more kills; the agents finish')
    await stage.replies.finish()
    options.say?.('waiting until all comes to rest')
    const work = await settleStage(stage)
    const count = await countStage(stage)
    if (kills.endedByItself > 0)
      count.violations.push(`${kills.endedByItself} times the process ended by itself`)
    if (!work.isSettled) count.violations.push('not everything came to rest')
    return { ...count, ...kills, work, tookMs: performance.now() - startedAtMs }
  } catch (cause) {
    const said = desk.output().split('\n').slice(-20).join('\n')
    throw new Error(`the run broke off; the product said last:\n${said}`, { cause })
  } finally {
    await desk.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
    const folders = [logFolder, ...(copy === undefined ? [] : [copy])]
    await Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true })))
    await certificates.remove()
  }
}

/** Mailboxes with some older mail, agents, and the whole load, all by the seed. */
async function setStage(
  options: KillOptions,
  parts: Pick<Stage, 'dovecot' | 'sink' | 'desk'>,
): Promise<Stage> {
  const { dovecot, sink, desk } = parts
  const random = seededRandom(options.seed)
  const admin = await desk.owner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  const mailboxes: Mailbox[] = []
  for (const [address, uncertainRule] of Object.entries(settings)) {
    for (let n = 0; n < oldMails; n += 1) {
      const internalDate = new Date(Date.now() - 86_400_000)
      await dovecot.append(address, 'INBOX', rawMail({ subject: `Before, ${n}` }), { internalDate })
    }
    const { id } = await connect(admin, servers, { address })
    await admin.call(updateMailbox, { params: { id }, body: { uncertainRule } })
    mailboxes.push({ id, address })
  }
  const agents = [admin, ...(await inviteAgents(admin, ['boris', 'celina']))]
  const mails = makeMails({ count: options.mails, mailboxes: Object.keys(settings) }, random)
  const replies = startReplies(agents, options.replies, seededRandom(options.seed + 1))
  return { options, random, ...parts, admin, mailboxes, mails, replies }
}

type Kills = Pick<KillReport, 'inFlight' | 'idleKills' | 'databaseKills' | 'endedByItself'>

/** With each life of the process comes a piece of the load, and its end while that is under way. */
async function crashOften(stage: Stage): Promise<Kills> {
  const { options, desk, mails, replies } = stage
  const kills: Kills = { inFlight: 0, idleKills: 0, databaseKills: 0, endedByItself: 0 }
  const mailsEach = Math.ceil(mails.length / options.kills)
  const repliesEach = Math.ceil(options.replies / options.kills)
  const delivered = { count: 0 }
  let ready = Promise.resolve()
  for (const [n, plan] of planCrashes(options.kills * 2, stage.random).entries()) {
    if (kills.inFlight === options.kills) break // those that met no work do not count
    const wave = mails.slice(n * mailsEach, (n + 1) * mailsEach)
    const isReady = await (plan.moment === 'working' ? ready.then(() => true) : false)
    const delivering = deliver(stage.dovecot, wave, delivered)
    replies.allow(repliesEach)
    // time passes: the moment of a crash is random, by the seed
    await new Promise(resolve => setTimeout(resolve, plan.afterMs))
    if (await isAtWork(stage, delivered.count, isReady)) kills.inFlight += 1
    else kills.idleKills += 1
    if (!isAlive(desk.pid())) kills.endedByItself += 1
    if (await crash(desk, plan.victims)) kills.databaseKills += 1
    options.say?.(`kill ${n + 1}: ${plan.victims}, ${plan.afterMs} ms into ${plan.moment}`)
    await delivering
    ready = desk.start()
    ready.catch(() => undefined) // a crash before it is ready; whoever waits for it sees every other fault
  }
  await ready
  return kills
}

async function deliver(
  dovecot: Dovecot,
  mails: readonly LoadMail[],
  delivered: { count: number },
): Promise<void> {
  for (const { raw, mailbox } of mails) {
    await dovecot.deliver(raw, [mailbox])
    delivered.count += 1
  }
}

/** Mail that is not filed yet, or a reply that the sink does not have: work a crash can hurt. */
async function isAtWork(stage: Stage, delivered: number, canAsk: boolean): Promise<boolean> {
  const { replies } = stage.replies
  const inSink = new Set(stage.sink.readAccepted().map(mail => mail.internetMessageId))
  const isReplying = replies.some(({ acknowledged, ticketNumber }) =>
    acknowledged === null ? ticketNumber !== null : !inSink.has(acknowledged.internetMessageId),
  )
  if (isReplying || !canAsk) return true
  let settled = 0
  for (const { id } of stage.mailboxes) {
    const { outcomes } = await stage.admin.call(getLedger, { params: { id } })
    settled += outcomes.reduce(
      (sum, { outcome, count }) => sum + (outcome === 'stored' || outcome === 'own' ? 0 : count),
      0,
    )
  }
  return settled < delivered
}

async function settleStage({ admin, mailboxes, dovecot, replies, sink, options }: Stage): Promise<HandWork> {
  const neverFetched = options.product === 'planted' ? 1 : 0
  const shown = await Promise.all(
    mailboxes.map(async ({ id, address }) => ({
      id,
      shown: (await dovecot.readFolder(address)).length - neverFetched,
    })),
  )
  return await settle({
    admin,
    mailboxes: shown,
    replies: replies.replies,
    isAtCustomer: wanted => sink.readAccepted().some(mail => mail.internetMessageId === wanted),
    stalledAfterMs: options.product === 'planted' ? 25_000 : 90_000,
  })
}

async function countStage({ admin, mailboxes, dovecot, replies, sink, mails }: Stage): Promise<Count> {
  const seen = await Promise.all(
    mailboxes.map(async ({ id, address }) => ({
      id,
      address,
      inbox: await dovecot.readFolder(address),
      sent: await dovecot.readFolder(address, 'Sent'),
    })),
  )
  const accepted = sink.readAccepted()
  return await countFromOutside({
    admin,
    mails,
    replies: replies.replies,
    mailboxes: seen,
    accepted,
    ownRepeats: 1,
  })
}
