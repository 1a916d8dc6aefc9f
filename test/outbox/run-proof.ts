import { updateMailbox } from '../../src/shared/mailboxes.ts'
import { updateMe } from '../../src/shared/session.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { inviteAgents } from '../support/invite-agents.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import {
  makeTemplate,
  type PostgresServer,
  startPostgresServer,
  templateName,
} from '../support/postgres-server.ts'
import { answerAt, firstOf, type SinkRule } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { standStill } from '../support/stand-still.ts'
import { judgeReplies, type Verdict } from './judge-replies.ts'
import { describeFault, type Fault, type NodeName, planFaults } from './plan-faults.ts'
import { settleReplies } from './settle-replies.ts'
import { type ProofReply, planReplies, refusedAddress, writeReply } from './write-replies.ts'

export type ProofOptions = {
  seed: number
  replies: number
  faults: number
  /** Told about each step as it happens. */
  say?: (line: string) => void
}

/** What one run found. It is good when `violations` is empty. */
export type ProofReport = Verdict & {
  /** Faults that met a reply under way. */
  faultsAtWork: number
  decisions: number
  doubts: number
  tookMs: number
}

type Stage = {
  options: ProofOptions
  database: PostgresServer
  sink: SmtpSink
  nodes: Record<NodeName, Letterdesk>
  admin: ApiClient
  agents: ApiClient[]
  replies: ProofReply[]
}

/** One mailbox asks an agent about a mail of unknown fate, one repeats it once by itself. */
const mailboxes = { 'support@desk.test': 'ask', 'billing@desk.test': 'repeat_once' } as const
const ticketsEach = 8

/**
 * Breaks things while agents answer: two nodes of the product on one outbox are killed and stopped, Postgres
 * is frozen, connections are cut at each step of SMTP. Then all comes to rest, and the API is compared with
 * what the sink took.
 */
export async function runProof(options: ProofOptions): Promise<ProofReport> {
  const startedAtMs = performance.now()
  const certificates = await makeCertificates()
  const database = await startPostgresServer('embedded')
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const nodes: Letterdesk[] = []
  try {
    await makeTemplate(database)
    const first = await startNode(certificates.caFile, database, 'web,sync,worker')
    nodes.push(first)
    const second = await startNode(certificates.caFile, database, 'web,worker', first.dataDir)
    nodes.push(second)
    const stage = await setStage(options, { database, sink, nodes: { first, second } }, dovecot)
    const faultsAtWork = await breakThings(stage)
    options.say?.('no more faults; waiting until all comes to rest')
    const { decisions } = await settleReplies(stage.admin, stage.replies, sink)
    const verdict = await judgeReplies({ ...stage, accepted: sink.accepted })
    const doubts = stage.replies.reduce((sum, reply) => sum + reply.doubts, 0)
    return { ...verdict, faultsAtWork, decisions, doubts, tookMs: performance.now() - startedAtMs }
  } finally {
    for (const node of nodes.reverse()) await node.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
    await database.stop()
    await certificates.remove()
  }
}

/** Both nodes keep their bytes in one folder, as two machines do on a shared one. */
function startNode(
  caFile: string,
  database: PostgresServer,
  roles: string,
  dataDir?: string,
): Promise<Letterdesk> {
  const env = { ROLES: roles, ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }) }
  return startLetterdesk({ caFile, databaseUrl: database.urlOf(templateName), env })
}

async function setStage(
  options: ProofOptions,
  parts: Pick<Stage, 'database' | 'sink' | 'nodes'>,
  dovecot: Dovecot,
): Promise<Stage> {
  const admin = await parts.nodes.first.owner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: parts.sink.tlsPort }
  for (const [address, uncertainRule] of Object.entries(mailboxes)) {
    const { id } = await connect(admin, servers, { address })
    await admin.call(updateMailbox, { params: { id }, body: { uncertainRule } })
    for (let n = 0; n < ticketsEach; n += 1)
      await dovecot.deliver(rawMail({ subject: `Order ${n}` }), [address])
  }
  await untilTickets(admin, ticketsEach * Object.keys(mailboxes).length)
  const agents = [admin, ...(await inviteAgents(admin, ['boris', 'celina']))]
  for (const agent of agents) await agent.call(updateMe, { body: { undoSeconds: 1 } })
  const replies = planReplies(options.replies, seededRandom(options.seed + 1))
  return { options, ...parts, admin, agents, replies }
}

async function untilTickets(admin: ApiClient, count: number): Promise<void> {
  for (;;) {
    const { data } = await admin.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
    if (data.length >= count) return
    // time passes: asked again until the mail is filed
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** A wave of replies for each fault, which comes while they are under way. */
async function breakThings(stage: Stage): Promise<number> {
  const { options, replies, agents } = stage
  const random = seededRandom(options.seed)
  const each = Math.ceil(replies.length / options.faults)
  stage.sink.behave(refusals())
  let atWork = 0
  for (const [n, fault] of planFaults(options.faults, random).entries()) {
    const wave = replies.slice(n * each, (n + 1) * each)
    const writing = Promise.all(
      wave.map((reply, at) => writeReply(agents[at % agents.length] ?? stage.admin, reply, random)),
    )
    writing.catch(() => undefined) // heard below, once the fault is over: what was started must be stopped
    // time passes: the moment of a fault is random, by the seed; a reply leaves a second after its click
    await new Promise(resolve => setTimeout(resolve, Math.round(600 + random() * 1_200)))
    atWork += wave.some(reply => isUnderWay(reply, stage.sink)) ? 1 : 0
    options.say?.(`fault ${n + 1}: ${describeFault(fault)}`)
    await applyFault(stage, fault)
    await writing
  }
  return atWork
}

function refusals(): SinkRule {
  return answerAt('rcpt', { reply: 550, text: '5.1.1 No such mailbox' }, { recipient: refusedAddress })
}

function isUnderWay(reply: ProofReply, sink: SmtpSink): boolean {
  const id = reply.acknowledged?.internetMessageId
  return id === undefined || !sink.accepted.some(mail => mail.internetMessageId === id)
}

async function applyFault({ nodes, database, sink }: Stage, fault: Fault): Promise<void> {
  if (fault.kind === 'cut') {
    sink.behave(firstOf(answerAt(fault.stage, fault.answer, { times: 1 }), refusals()))
  } else if (fault.kind === 'kill') {
    await nodes[fault.node].kill('SIGKILL')
    await nodes[fault.node].start()
  } else {
    await standStill(fault.kind === 'freeze' ? database.pids() : [nodes[fault.node].pid()], fault.forMs)
  }
}
