import { updateMe } from '../../src/shared/session.ts'
import { makeSmallDisk, type SmallDisk } from '../prove/small-disk.ts'
import { type ApiClient, ApiRefusal, apiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
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
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { type Armory, openArmory } from './armory.ts'
import { type BadDays, openBadDays } from './bad-days.ts'

/** A node and its row of `instance`, which is another after each start. */
export type Node = { desk: Letterdesk; instanceId: number }

/** Somebody at a browser who goes to the other node when one does not answer. */
export type Person = {
  /** Asks until the answer is neither silence nor a fault of the server; a refusal is an answer. */
  ask: <Answer>(question: (client: ApiClient) => Promise<Answer>) => Promise<Answer | ApiRefusal>
}

/** What the grid stands on; it serves all cells. */
export type Stage = {
  armory: Armory
  database: PostgresServer
  badDays: BadDays
  disk: SmallDisk
  dovecot: Dovecot
  sink: SmtpSink
  nodes: Node[]
  /** The owner's browser. */
  admin: ApiClient
  /** The owner, whose replies leave at once. */
  owner: Person
  /** Whose replies can be taken back for ten seconds. */
  boris: Person
  mailbox: { id: number; address: string }
  stop: () => Promise<void>
}

const patienceMs = 3_000 // of a browser, which then asks the other node
const diskMb = 96
const address = 'support@desk.test'

/**
 * Starts Postgres, Dovecot, the sink and two nodes on one small disk, with one mailbox.
 *
 * @param parts what is started is kept in these, so that it can be ended while more is starting
 */
export async function setStage(parts: KeptParts): Promise<Stage> {
  const { keep, stop } = parts
  try {
    const certificates = keep(await makeCertificates(), one => one.remove())
    const armory = keep(await openArmory(), one => one.remove())
    const disk = keep(await makeSmallDisk(diskMb), one => one.remove())
    const database = keep(await startPostgresServer('embedded', { isDurable: true }), one => one.stop())
    const dovecot = keep(await startDovecot({ certificates }), one => one.stop())
    const sink = keep(await startSmtpSink({ certificates }), one => one.stop())
    await makeTemplate(database)
    const badDays = await openBadDays(database)
    const nodes: Node[] = []
    for (let n = 0; n < 2; n += 1) {
      const desk = await startLetterdesk({
        caFile: certificates.caFile,
        databaseUrl: database.urlOf(templateName),
        env: { DATA_DIR: disk.folder, ROLES: 'web,sync,worker', GRID_FOLDER: armory.folder },
        preloads: [new URL('./failpoints.ts', import.meta.url).pathname],
      })
      keep(desk, one => one.stop())
      nodes.push({ desk, instanceId: await badDays.newestInstance() })
    }
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    const people = await peopleOf(nodes, servers)
    return { armory, database, badDays, disk, dovecot, sink, nodes, ...people, stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

async function peopleOf(
  nodes: readonly Node[],
  servers: { imapsPort: number; smtpsPort: number },
): Promise<Pick<Stage, 'admin' | 'owner' | 'boris' | 'mailbox'>> {
  const first = nodes[0] as Node
  const setUp = await first.desk.owner()
  const { id } = await connect(setUp, servers, { address })
  const owner = personOn(nodes)
  const { email, password } = OWNER
  await owner.client.signIn(email, password)
  await owner.client.call(updateMe, { body: { undoSeconds: 0 } })
  const boris = personOn(nodes)
  await inviteAgents(owner.client, ['boris'], { client: () => boris.client })
  return { admin: owner.client, owner: owner.person, boris: boris.person, mailbox: { id, address } }
}

function personOn(nodes: readonly Node[]): { client: ApiClient; person: Person } {
  let at = 0
  const client = apiClient(() => nodes[at % nodes.length]?.desk.baseUrl ?? '', { timeoutMs: patienceMs })
  const ask = async <Answer>(
    question: (client: ApiClient) => Promise<Answer>,
  ): Promise<Answer | ApiRefusal> => {
    for (;;) {
      try {
        return await question(client)
      } catch (error) {
        if (error instanceof ApiRefusal && error.status < 500) return error
        at += 1
        await aMoment()
      }
    }
  }
  return { client, person: { ask } }
}

async function aMoment(): Promise<void> {
  // time passes: a person tries again a little later
  await new Promise(resolve => setTimeout(resolve, 100))
}
