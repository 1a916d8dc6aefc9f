import { listLedgerRows } from '../../src/shared/mailboxes.ts'
import { allPages } from '../support/all-pages.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { runSql } from '../support/postgres-server.ts'
import { sha256 } from '../support/sha256.ts'
import { answerAt, firstOf } from '../support/sink-rules.ts'
import { standStill } from '../support/stand-still.ts'
import type { Driver } from './driver.ts'
import type { Delivered, Fate } from './history.ts'
import type { Fault } from './plan-faults.ts'
import { type Stage, type StageMailbox, usualRule } from './stage.ts'

type Scene = { stage: Stage; driver: Driver; random: () => number }

/** Does it and undoes it: when this resolves, the fault is over and every node is up. */
export async function applyFault(scene: Scene, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'node killed':
    case 'node stopped':
    case 'node ended and started':
      return await hurtNode(scene.stage, fault)
    case 'Postgres frozen':
    case 'Postgres ended at once':
    case 'Postgres sessions ended':
    case 'disk full':
    case 'all killed, Postgres too':
      return await hurtAll(scene.stage, fault)
    case 'mail connections cut':
    case 'mail connections silent':
    case 'Dovecot restarted':
      return await hurtMailServer(scene, fault)
    case 'SMTP misbehaves': {
      const { stage: step, answer, times } = fault
      return scene.stage.sink.behave(firstOf(answerAt(step, answer, { times }), usualRule))
    }
    default:
      return await playMailProgram(scene, fault)
  }
}

type NodeFault = Extract<Fault, { node: number }>

async function hurtNode(stage: Stage, fault: NodeFault): Promise<void> {
  const node = stage.nodes[fault.node] as Letterdesk
  hold(stage, [node])
  if (fault.kind === 'node stopped') await standStill([node.pid()], fault.forMs)
  else {
    await node.kill(fault.kind === 'node killed' ? 'SIGKILL' : 'SIGTERM')
    await passTime(fault.kind === 'node killed' ? fault.downMs : 0)
    await node.start()
  }
  letGo(stage, [node])
}

function hold({ held, touchedMs }: Stage, nodes: readonly Letterdesk[]): void {
  for (const node of nodes) {
    held.add(node)
    touchedMs.set(node, performance.now())
  }
}

function letGo({ held, touchedMs }: Stage, nodes: readonly Letterdesk[]): void {
  for (const node of nodes) {
    held.delete(node)
    touchedMs.set(node, performance.now())
  }
}

type SharedFault = Extract<
  Fault,
  {
    kind:
      | 'all killed, Postgres too'
      | 'Postgres frozen'
      | 'Postgres ended at once'
      | 'Postgres sessions ended'
      | 'disk full'
  }
>

/** What all nodes stand on. */
async function hurtAll(stage: Stage, fault: SharedFault): Promise<void> {
  hold(stage, stage.nodes)
  await hurtShared(stage, fault)
  letGo(stage, stage.nodes)
}

async function hurtShared({ database, disk, nodes }: Stage, fault: SharedFault): Promise<void> {
  switch (fault.kind) {
    case 'Postgres frozen':
      return await standStill(database.pids(), fault.forMs)
    case 'Postgres sessions ended':
      return await endSessions(database, fault.times)
    case 'disk full':
      await disk.fill()
      await passTime(fault.forMs)
      return await disk.empty()
    case 'Postgres ended at once':
      await database.stopAtOnce()
      await passTime(fault.downMs)
      return await database.startAgain()
    default: // all killed, Postgres too
      await Promise.all([database.stopAtOnce(), ...nodes.map(node => node.kill('SIGKILL'))])
      await passTime(fault.downMs)
      await database.startAgain()
      await Promise.all(nodes.map(node => node.start()))
  }
}

async function endSessions({ superuserUrl }: Stage['database'], times: number): Promise<void> {
  const sessions = "from pg_stat_activity where usename = 'letterdesk'"
  for (let n = 0; n < times; n += 1) {
    await runSql(superuserUrl, `select pg_terminate_backend(pid) ${sessions}`)
    await passTime(150)
  }
}

type ServerFault = Extract<
  Fault,
  { kind: 'mail connections cut' | 'mail connections silent' | 'Dovecot restarted' }
>

async function hurtMailServer({ stage, driver }: Scene, fault: ServerFault): Promise<void> {
  const { wire, dovecot } = stage
  if (fault.kind === 'Dovecot restarted') return await driver.exclusively(() => dovecot.restart())
  if (fault.kind === 'mail connections silent') {
    wire.goSilent()
    await passTime(1_000)
    return wire.heal() // who was on it stays in silence, and has to notice
  }
  for (const afterBytes of fault.afterBytes) {
    wire.cut({ afterBytes })
    await passTime(1_500)
  }
  wire.heal()
  wire.cut()
}

type ProgramFault = Extract<
  Fault,
  {
    kind:
      | 'UIDVALIDITY changed'
      | 'mails expunged'
      | 'mails moved away'
      | 'mails moved and back'
      | 'mails copied'
  }
>

const fates: Record<Exclude<ProgramFault['kind'], 'UIDVALIDITY changed'>, Fate> = {
  'mails expunged': 'expunged',
  'mails moved away': 'moved away',
  'mails moved and back': 'moved',
  'mails copied': 'copied',
}

/** What a person does in a mail program of their own, in both mailboxes, to the newest mails above all. */
async function playMailProgram({ stage, driver, random }: Scene, fault: ProgramFault): Promise<void> {
  for (const mailbox of stage.mailboxes) {
    await driver.exclusively(async () => {
      if (fault.kind === 'UIDVALIDITY changed') {
        const uidValidity = Math.floor(Date.now() / 1_000 + random() * 1_000)
        await stage.dovecot.setUidValidity(mailbox.address, 'INBOX', uidValidity)
      } else {
        const inbox = await driver.readInbox(mailbox.address)
        await handle({ stage, mailbox, kind: fault.kind }, inbox.slice(-fault.count))
      }
    })
  }
}

async function handle({ stage, mailbox, kind }: Handling, chosen: readonly InInbox[]): Promise<void> {
  if (chosen.length === 0) return
  const uids = chosen.map(mail => mail.uid)
  if (kind === 'mails copied') await stage.dovecot.copy(mailbox.address, 'INBOX', uids, 'INBOX')
  else await takeAway({ stage, mailbox, kind }, chosen)
  for (const { delivered } of chosen) if (!isGone(delivered)) delivered.fate = fates[kind]
}

type Handling = { stage: Stage; mailbox: StageMailbox; kind: keyof typeof fates }
type Removal = Handling & { kind: Exclude<Handling['kind'], 'mails copied'> }
type InInbox = { uid: number; raw: Buffer; delivered: Delivered }

async function takeAway({ stage, mailbox, kind }: Removal, chosen: readonly InInbox[]): Promise<void> {
  const { dovecot, admin } = stage
  const { address, id } = mailbox
  const uids = chosen.map(mail => mail.uid)
  if (kind !== 'mails moved and back') {
    // Whoever looks after the bytes were stored sees them for ever: asked before they are taken away.
    const rows = await allPages(admin, listLedgerRows, { mailboxId: id }).catch(() => [])
    const taken = new Set(rows.map(row => row.sha256))
    for (const { raw, delivered } of chosen) delivered.wasTaken ||= taken.has(sha256(raw))
  }
  if (kind === 'mails expunged') return await dovecot.expunge(address, 'INBOX', uids)
  await dovecot.move(address, 'INBOX', uids, 'Archive')
  if (kind === 'mails moved away') return
  const archive = await dovecot.readFolder(address, 'Archive')
  await dovecot.move(
    address,
    'Archive',
    archive.slice(-uids.length).map(mail => mail.uid),
    'INBOX',
  )
}

function isGone({ fate }: Delivered): boolean {
  return fate === 'expunged' || fate === 'moved away'
}

async function passTime(ms: number): Promise<void> {
  // time passes: that is how long the fault lasts
  await new Promise(resolve => setTimeout(resolve, ms))
}
