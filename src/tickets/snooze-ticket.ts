import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { lockForChange } from './lock-ticket.ts'
import { isAhead, type PutAwayRow, type SnoozeEnd, selectPutAway, writeSnooze } from './put-away.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'
import type { LockedTicket } from './twins.queries.ts'

export type { SnoozeEnd } from './put-away.queries.ts'

/**
 * Puts a ticket away until a time or until its customer writes, whichever is first, with the event `snoozed`
 * (`data`: until, null for the latter). It keeps its state; a job opens it when the time has come. Null brings
 * it back, with the event `woken`. Its twins, which share its state, go along.
 *
 * @throws as lockForChange; AppError `bad-snooze-time` for a time that is past, `not-snoozable` for spam and
 *   in the Trash, `twin-follows`
 */
export async function snoozeTicket(
  tx: Tx,
  change: { ticketId: number; until: SnoozeEnd | null; agentId: number },
): Promise<void> {
  const { until, agentId } = change
  const ticket = await lockForChange(tx, change.ticketId)
  const now = await selectPutAway(tx, ticket.id)
  if (now === undefined || isSame(now, until)) return
  refuseTwin(ticket)
  if (until !== null) await checkSnooze(tx, ticket, now.isDeleted, until)
  await write(tx, { ticketId: ticket.id, now, until, agentId })
}

/** What of a ticket's snooze was there before a reply that put it away, for its event `reply_queued`. */
export async function readSnooze(tx: Tx, ticketId: number): Promise<SnoozeEnd | null> {
  const now = await selectPutAway(tx, ticketId)
  return now?.isSnoozed === true ? (now.snoozedUntil ?? 'reply') : null
}

/** Whether a ticket is put away until then, and nobody changed it since. */
export async function isSnoozedUntil(tx: Tx, ticketId: number, until: SnoozeEnd): Promise<boolean> {
  const now = await selectPutAway(tx, ticketId)
  return now?.isSnoozed === true && isSame(now, until)
}

/**
 * Puts a ticket away again as it was before something that was taken back; where that time is past, it is awake. A
 * twin is left to its lead, and spam and what is in the Trash is not put away anew: a mail can be stopped whatever
 * became of its ticket.
 *
 * @throws as lockForChange
 */
export async function snoozeAgain(
  tx: Tx,
  change: { ticketId: number; until: SnoozeEnd | null; agentId: number },
): Promise<void> {
  const ticket = await lockForChange(tx, change.ticketId)
  const now = await selectPutAway(tx, ticket.id)
  if (now === undefined || ticket.twinOfId !== null) return
  const isPast = change.until instanceof Date && !(await isAhead(tx, change.until))
  const until = isPast ? null : change.until
  if (until !== null && (ticket.state === 'spam' || now.isDeleted)) return
  if (!isSame(now, until)) await write(tx, { ticketId: ticket.id, now, until, agentId: change.agentId })
}

type Write = { ticketId: number; now: PutAwayRow; until: SnoozeEnd | null; agentId: number }

async function write(tx: Tx, { ticketId, now, until, agentId }: Write): Promise<void> {
  await writeSnooze(tx, ticketId, until)
  const data =
    until === null
      ? { by: 'agent', until: now.snoozedUntil?.toISOString() ?? null }
      : { until: until === 'reply' ? null : until.toISOString() }
  const kind = until === null ? 'woken' : 'snoozed'
  await writeTicketEvents(tx, [{ ticketId, kind, agentId, data }])
}

function isSame(now: { isSnoozed: boolean; snoozedUntil: Date | null }, until: SnoozeEnd | null): boolean {
  if (until === null || !now.isSnoozed) return until === null && !now.isSnoozed
  return until === 'reply' ? now.snoozedUntil === null : now.snoozedUntil?.getTime() === until.getTime()
}

async function checkSnooze(
  tx: Tx,
  ticket: LockedTicket,
  isDeleted: boolean,
  until: SnoozeEnd,
): Promise<void> {
  if (ticket.state === 'spam' || isDeleted) {
    throw new AppError('not-snoozable', 'spam and what is in the Trash is not put away', {
      ticketId: ticket.id,
    })
  }
  if (until !== 'reply' && !(await isAhead(tx, until))) {
    throw new AppError('bad-snooze-time', 'the time to wake the ticket is past')
  }
}

/** The refusal to decide about a twin: its lead decides, or one takes over. @throws AppError `twin-follows` */
export function refuseTwin(ticket: LockedTicket): void {
  if (ticket.twinOfId === null) return
  throw new AppError('twin-follows', 'the ticket follows its lead in another mailbox', {
    ticketId: ticket.id,
  })
}
