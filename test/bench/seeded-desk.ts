import { inviteAgent, updateAgent } from '../../src/shared/agents.ts'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { useLink } from '../../src/shared/session.ts'
import type { ApiClient } from '../support/api.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { runSeed } from './run-seed.ts'

/** The product with a desk of years, and an agent of eight of its twenty mailboxes. */
export type SeededDesk = {
  product: Letterdesk
  agent: ApiClient
  seeding: { tickets: number; tookMs: number }
}

const mailboxesOfAgent = 8

/** Starts the product on an embedded database of its own, filled with made-up tickets (`npm run seed`). */
export async function startSeededDesk(wish: {
  caFile: string
  tickets: number
  seed: number
}): Promise<SeededDesk> {
  const { tickets, seed } = wish
  const product = await startLetterdesk({ caFile: wish.caFile })
  try {
    const owner = await product.owner()
    const { agent, agentId } = await addAgent(product, owner)
    await product.kill('SIGTERM')
    const { tookMs } = await runSeed({ dataDir: product.dataDir, tickets, seed })
    await product.start()
    const { data } = await owner.call(listMailboxes)
    const mailboxIds = data.slice(0, mailboxesOfAgent).map(mailbox => mailbox.id)
    await owner.call(updateAgent, { params: { id: agentId }, body: { mailboxIds } })
    return { product, agent, seeding: { tickets, tookMs } }
  } catch (cause) {
    await product.stop()
    throw cause
  }
}

/** An agent, not an admin: whose lists are made of the mailboxes they were given. */
async function addAgent(
  product: Letterdesk,
  owner: ApiClient,
): Promise<{ agent: ApiClient; agentId: number }> {
  const { link } = await owner.call(inviteAgent, {
    body: {
      email: 'boris@desk.test',
      name: 'Boris',
      role: 'agent',
      language: 'en',
      mailboxIds: [],
      sendMail: false,
    },
  })
  const agent = product.client()
  const token = new URL(link).pathname.split('/').at(-1) ?? ''
  const me = await agent.call(useLink, { params: { token }, body: { password: 'a bench of requests' } })
  return { agent, agentId: me.id }
}
