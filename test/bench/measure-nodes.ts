import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLedger } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import type { Certificates } from '../support/certificates.ts'
import { connect, type MailServers } from '../support/connect-mailbox.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { makeTemplate, runSql, startPostgresServer, templateName } from '../support/postgres-server.ts'
import { waitUntil } from '../support/wait-until.ts'

/** How fast so many nodes on one database filed the mail of two mailboxes. */
export type NodesResult = { nodes: number; mails: number; perSecond: number }

type NodesSetUp = {
  certificates: Certificates
  servers: MailServers
  addresses: readonly string[]
  mails: number
}

const patienceMs = 300_000
const lookMs = 100

/**
 * Files the same mail by one process and by two, each with all roles, on a Postgres of its own and one folder of bytes.
 * Mail is filed for one mailbox by one node at a time, so it lies in two. A connected mailbox counts from the first
 * one's connecting on.
 *
 * @param from `mails` lie in all the addresses together
 */
export async function measureNodes(from: NodesSetUp): Promise<NodesResult[]> {
  const server = await startPostgresServer('embedded', { isDurable: true })
  try {
    await makeTemplate(server)
    const results: NodesResult[] = []
    for (const nodes of [1, 2]) {
      const database = `nodes_${nodes}`
      await runSql(
        server.superuserUrl,
        `create database ${database} template ${templateName} owner letterdesk`,
      )
      results.push({
        nodes,
        mails: from.mails,
        perSecond: await measureWith(nodes, server.urlOf(database), from),
      })
    }
    return results
  } finally {
    await server.stop()
  }
}

async function measureWith(count: number, databaseUrl: string, from: NodesSetUp): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-nodes-'))
  const nodes: Letterdesk[] = []
  try {
    for (let n = 0; n < count; n++) {
      const env = { DATA_DIR: folder, ROLES: 'web,sync,worker' }
      nodes.push(await startLetterdesk({ caFile: from.certificates.caFile, databaseUrl, env }))
    }
    const [first] = nodes
    if (first === undefined) throw new RangeError('no nodes')
    return await fileAll(await first.owner(), from)
  } finally {
    await Promise.all(nodes.map(node => node.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}

async function fileAll(owner: ApiClient, { servers, addresses, mails }: NodesSetUp): Promise<number> {
  const beganMs = performance.now()
  const boxes = await Promise.all(addresses.map(address => connect(owner, servers, { address, days: 7 })))
  const settled = async (id: number): Promise<number> => {
    const { outcomes } = await owner.call(getLedger, { params: { id } })
    return outcomes.filter(({ outcome }) => outcome !== 'stored').reduce((sum, { count }) => sum + count, 0)
  }
  await waitUntil(
    'all mails filed',
    async () => {
      const counts = await Promise.all(boxes.map(({ id }) => settled(id)))
      return counts.reduce((sum, count) => sum + count, 0) >= mails
    },
    { withinMs: patienceMs, everyMs: lookMs },
  )
  return mails / ((performance.now() - beganMs) / 1000)
}
