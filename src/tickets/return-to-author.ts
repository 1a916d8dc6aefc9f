import type { Tx } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { TICKET_STATES } from '../shared/vocabulary.ts'
import { assignToThoseWhoMay } from './assign-ticket.ts'
import { lockAllForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { upsertUndelivered } from './undelivered.queries.ts'
import { wakeTickets } from './wake-tickets.ts'
import { writeStates } from './write-states.ts'

/** The ticket of a sent message, locked, and who wrote the message (null: automatic mail). */
export type AuthorPlace = { ticketId: number; assigneeId: number | null; authorId: number | null }

/** A sent message that did not arrive. */
export type Undelivered = AuthorPlace & { messageId: number }

/** Returns one reply that did not arrive, as returnToAuthors does many. @throws as returnToAuthors */
export async function returnToAuthor(tx: Tx, place: Undelivered): Promise<void> {
  await returnToAuthors(tx, [place])
}

/**
 * Opens the tickets of replies that did not arrive, with their twins, puts the replies into the queue Not
 * delivered, and gives each ticket that is nobody's to the author of its first one who may have it: where they
 * are deactivated, or without this mailbox by now, it stays open and unassigned for the others. What was put
 * away or in the Trash is there again. The job `mail_failures` tells each author where they are not at the
 * screen. Automatic mail that does not arrive concerns nobody. The statements are as many for one as for many.
 *
 * @throws AppError `ticket-merged`; TransactionRestart as writeStates
 */
export async function returnToAuthors(tx: Tx, places: readonly Undelivered[]): Promise<void> {
  const lost = places.flatMap(({ authorId, ...place }) => (authorId === null ? [] : [{ ...place, authorId }]))
  if (lost.length === 0) return
  await upsertUndelivered(tx, [...new Set(lost.map(place => place.messageId))])
  const tickets = await lockAllForChange(tx, [...new Set(lost.map(place => place.ticketId))])
  const ticketIds = tickets.map(ticket => ticket.id)
  const woken = await wakeTickets(tx, ticketIds, 'failed-reply')
  const from = TICKET_STATES.filter(state => state !== 'open')
  const opened = await writeStates(tx, ticketIds, { from, to: 'open', waiting: 'recount' })
  // Spam stays in the Trash, until it is none.
  const spamIds = tickets.filter(ticket => ticket.state === 'spam').map(ticket => ticket.id)
  const outOfSpam = await wakeTickets(tx, spamIds, 'failed-reply')
  await writeTicketEvents(tx, [...woken, ...opened, ...outOfSpam])
  const nobodys = new Map(tickets.filter(one => one.assigneeId === null).map(one => [one.id, one.mailboxId]))
  await assignToThoseWhoMay(
    tx,
    lost.flatMap(({ ticketId, authorId }) => {
      const mailboxId = nobodys.get(ticketId)
      return mailboxId === undefined ? [] : [{ ticketId, mailboxId, agentId: authorId }]
    }),
  )
  await enqueueJobs(
    tx,
    [...new Set(lost.map(place => place.authorId))].map(agentId => ({
      name: 'mail_failures',
      payload: { agentId },
      key: `mail_failures_${agentId}`,
    })),
  )
}
