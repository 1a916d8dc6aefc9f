import { updateMailbox } from '../../src/shared/mailboxes.ts'
import { updateMe } from '../../src/shared/session.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { inviteAgents } from '../support/invite-agents.ts'
import type { KeptParts } from '../support/kept-parts.ts'
import { type Letterdesk, OWNER, startLetterdesk } from '../support/letterdesk.ts'
import {
  makeTemplate,
  type PostgresServer,
  startPostgresServer,
  templateName,
} from '../support/postgres-server.ts'
import { answerAt, firstOf, refuseGone, type SinkRule } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { makeSmallDisk, type SmallDisk } from './small-disk.ts'

/** What the proof stands on: the servers, the nodes, and who works there. */
export type Stage = {
  database: PostgresServer
  dovecot: Dovecot
  sink: SmtpSink
  /** Between the nodes and Dovecot. */
  wire: TcpProxy
  disk: SmallDisk
  nodes: Letterdesk[]
  /** Nodes the nemesis has its hands on now. */
  held: Set<Letterdesk>
  /** When the nemesis last took or let go of a node, on the monotonic clock. */
  touchedMs: Map<Letterdesk, number>
  admin: ApiClient
  /** Lets `admin` ask the next node. */
  goElsewhere: () => void
  agents: Worker[]
  /** Who may see the first mailbox only. */
  narrow: ApiClient
  mailboxes: StageMailbox[]
  stop: () => Promise<void>
}

export type StageMailbox = { id: number; address: string; isRepeating: boolean }

/** An agent at work, who goes to the next node when one does not answer. */
export type Worker = { id: number; client: ApiClient; goElsewhere: () => void }

/**
 * What the servers of one run are to be like. `skewSeconds`: how far ahead the clock of the second node is; `root`: a
 * changed copy of the product to run in place of this one, ending in `/`.
 */
export type StagePlan = { nodes: number; diskMb: number; skewSeconds: number; root?: string | undefined }

const patienceMs = 8_000 // of a client, which then asks another node
const finalStallMs = 120 // the sink's silence after the dot: the window in which nobody knows, wide enough to be met

/** What the sink does while nothing is wrong: addresses that begin with `gone.` do not exist. */
export const usualRule: SinkRule = firstOf(
  refuseGone('No such mailbox'),
  answerAt('final', { stallMs: finalStallMs }),
)

/** Addresses of all agents: what goes there is about tickets. */
export const agentAddresses = [OWNER.email, 'boris@desk.test', 'celina@desk.test', 'nora@desk.test']

/**
 * Starts Postgres, Dovecot behind a wire, the sink and the nodes on one small disk, and connects two mailboxes.
 *
 * @param kept what is started is kept in these, so that it can be ended while more is starting
 */
export async function setStage(plan: StagePlan, { keep, stop }: KeptParts): Promise<Stage> {
  try {
    const certificates = keep(await makeCertificates(), one => one.remove())
    const disk = keep(await makeSmallDisk(plan.diskMb), one => one.remove())
    const database = keep(await startPostgresServer('embedded', { isDurable: true }), one => one.stop())
    const dovecot = keep(await startDovecot({ certificates }), one => one.stop())
    const wire = keep(await startTcpProxy(dovecot.imapsPort), one => one.close())
    const sink = keep(await startSmtpSink({ certificates, rule: usualRule }), one => one.stop())
    await makeTemplate(database)
    const nodes: Letterdesk[] = []
    for (let n = 0; n < plan.nodes; n += 1) {
      const skewSeconds = n === 1 ? plan.skewSeconds : 0
      const node = await startNode({ certificates, database, disk, skewSeconds, root: plan.root })
      nodes.push(keep(node, one => one.stop()))
    }
    const parts = {
      database,
      dovecot,
      sink,
      wire,
      disk,
      nodes,
      held: new Set<Letterdesk>(),
      touchedMs: new Map(),
      stop,
    }
    return { ...parts, ...(await peopleOf(nodes, { imapsPort: wire.port, smtpsPort: sink.tlsPort })) }
  } catch (cause) {
    await stop()
    throw cause
  }
}

type NodePlan = Pick<StagePlan, 'skewSeconds' | 'root'> & {
  certificates: Certificates
  database: PostgresServer
  disk: SmallDisk
}

/** All nodes keep their bytes in one folder, as machines do on a shared one. */
async function startNode({ certificates, database, disk, skewSeconds, root }: NodePlan): Promise<Letterdesk> {
  return await startLetterdesk({
    caFile: certificates.caFile,
    databaseUrl: database.urlOf(templateName),
    ...(root === undefined ? {} : { root }),
    env: { DATA_DIR: disk.folder, ROLES: 'web,sync,worker', ...clockOf(skewSeconds) },
  })
}

/** Only forwards: before its first second a certificate is valid for nobody. Timers go on as they are. */
function clockOf(skewSeconds: number): Record<string, string> {
  if (skewSeconds === 0) return {}
  return {
    LD_PRELOAD: 'libfaketime.so.1',
    LD_LIBRARY_PATH: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime`,
    FAKETIME: `+${skewSeconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}

type People = Pick<Stage, 'admin' | 'goElsewhere' | 'agents' | 'narrow' | 'mailboxes'>

async function peopleOf(
  nodes: readonly Letterdesk[],
  servers: { imapsPort: number; smtpsPort: number },
): Promise<People> {
  const owner = await (nodes[0] as Letterdesk).owner()
  const mailboxes: StageMailbox[] = []
  for (const [address, uncertainRule] of [
    ['support@desk.test', 'repeat_once'],
    ['billing@desk.test', 'ask'],
  ] as const) {
    const { id } = await connect(owner, servers, { address })
    await owner.call(updateMailbox, { params: { id }, body: { uncertainRule, acknowledges: true } })
    mailboxes.push({ id, address, isRepeating: uncertainRule === 'repeat_once' })
  }
  const agents: Worker[] = []
  for (const name of ['boris', 'celina']) {
    const worker = workerOn(nodes, agents.length)
    await inviteAgents(owner, [name], { client: () => worker.client })
    const { id } = await worker.client.call(updateMe, { body: { undoSeconds: 1 } })
    agents.push({ ...worker, id })
  }
  const { client: admin, goElsewhere } = workerOn(nodes, 0)
  await admin.signIn(OWNER.email, OWNER.password)
  const narrow = workerOn(nodes, 1)
  const first = mailboxes[0]?.id ?? 0
  await inviteAgents(owner, ['nora'], { role: 'agent', mailboxIds: [first], client: () => narrow.client })
  return { admin, goElsewhere, agents, narrow: narrow.client, mailboxes }
}

function workerOn(nodes: readonly Letterdesk[], first: number): Omit<Worker, 'id'> {
  let at = first
  const client = apiClient(() => nodes[at % nodes.length]?.baseUrl ?? '', { timeoutMs: patienceMs })
  return {
    client,
    goElsewhere: () => {
      at += 1
    },
  }
}
