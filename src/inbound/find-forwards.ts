import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { ForwardedMail } from '../mail/mail-types.ts'
import { selectAgentAddresses } from './find-forwards.queries.ts'
import type { FreshMail } from './sort-mails.ts'

/** What an agent forwards. `isProven`: their domain vouches for the mail, else an agent must say that it is so. */
export type AgentForward = ForwardedMail & { isProven: boolean }

/**
 * The mails that an agent forwarded into their mailbox, by ledger row: whose mail it was becomes the customer,
 * where such a mail opens a ticket. That speaks for another, so it takes a verified agent; of one who is
 * neither proven nor failed it is offered. Anybody else's forwarded mail stays their own; so does one whose sender
 * failed the check, or that hands on what the agent or one of our mailboxes wrote. Rights are those of now.
 */
export async function findForwards(
  tx: Tx,
  batch: { mailboxId: number; mails: readonly FreshMail[]; ownAddresses: ReadonlySet<string> },
): Promise<Map<number, AgentForward>> {
  const found = batch.mails.flatMap(({ id, kind, sender, mail }) => {
    const { from, forwarded } = mail
    if (from === null || forwarded === null || kind !== 'person' || sender.grade === 'failed') return []
    const [agent, author] = [addressKey(from.address), addressKey(forwarded.from.address)]
    if (author === agent || batch.ownAddresses.has(author)) return []
    return [{ id, agent, forward: { ...forwarded, isProven: sender.grade === 'verified' } }]
  })
  if (found.length === 0) return new Map()
  const agents = await selectAgentAddresses(tx, batch.mailboxId)
  const keys = new Set(agents.map(addressKey))
  return new Map(
    found.filter(({ agent }) => keys.has(agent)).map(({ id, forward }) => [id, forward] as const),
  )
}
