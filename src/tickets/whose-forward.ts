import { findOrAddCustomers } from '../customers/find-customers.ts'
import type { Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { lockForChange } from './lock-ticket.ts'
import { alreadyUndone } from './merge-tickets.ts'
import { listOwnAddresses } from './participants.ts'
import { refreshTickets } from './refresh-tickets.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { selectForward, writeOpener, writeWhose } from './whose-forward.queries.ts'

type Wish = { messageId: number; ticketId: number; agentId: number }

/**
 * Makes whose mail an agent forwarded the customer of the ticket it opened, which gets that mail's subject. Event
 * `customer_from_forward` with the message (`data`: name, address).
 *
 * @throws NotFound where nothing is offered; AppError `ticket-merged`
 */
export async function takeForward(tx: Tx, wish: Wish): Promise<void> {
  const { messageId, ticketId, agentId } = wish
  await lockForChange(tx, ticketId)
  const message = await selectForward(tx, wish)
  if (message === undefined || message.isTaken) throw new NotFound('forwarded mail', { messageId })
  const { from, subject } = message.forward
  await giveTo(tx, wish, { whose: from, customer: from, subject })
  await writeTicketEvents(tx, [{ ticketId, kind: 'customer_from_forward', agentId, messageId, data: from }])
}

/**
 * Takes a mail that an agent forwarded as the agent's own: they are the customer then, and the ticket it opened
 * has its subject. Event `forward_undone` with the message.
 *
 * @throws NotFound; AppError `ticket-merged`; `already-undone`, also where the message has left the ticket
 */
export async function undoForward(tx: Tx, wish: Wish): Promise<void> {
  const { messageId, ticketId, agentId } = wish
  await lockForChange(tx, ticketId)
  const message = await selectForward(tx, wish)
  if (!message?.isTaken) throw alreadyUndone()
  await giveTo(tx, wish, { whose: null, customer: message.sender, subject: message.subject })
  await writeTicketEvents(tx, [{ ticketId, kind: 'forward_undone', agentId, messageId }])
}

async function giveTo(
  tx: Tx,
  { messageId, ticketId }: Wish,
  to: { whose: Address | null; customer: Address; subject: string },
): Promise<void> {
  const customerId = await findCustomer(tx, to.customer)
  await writeOpener(tx, { messageId, ticketId, customerId, subject: to.subject })
  await writeWhose(tx, { messageId, customerId, whose: to.whose })
  await refreshTickets(tx, [ticketId])
}

/** Nobody where the address is one of ours. */
async function findCustomer(tx: Tx, { name, address }: Address): Promise<number | null> {
  const key = addressKey(address)
  if ((await listOwnAddresses(tx)).has(key)) return null
  return (await findOrAddCustomers(tx, [{ address: key, name }])).get(key) ?? null
}
