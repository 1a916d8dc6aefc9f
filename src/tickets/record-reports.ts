import type { Tx } from '../db/database.ts'
import { bounceSeverity } from '../mail/bounce-reason.ts'
import type { ReportedRecipient } from '../mail/mail-types.ts'
import type { TicketEventKind } from '../shared/vocabulary.ts'
import { changesOf, isUnclear, type RecipientChange } from './report-rule.ts'
import { findSentMessage, type SentMessage, updateReported } from './reports.queries.ts'
import { returnToAuthor } from './return-to-author.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

/** A mail of a server about a message we sent, proven to speak of it (inbound/match-tickets.ts). */
export type Report = {
  /** The message that is the report. */
  reportId: number
  sentMessageId: number
  kind: 'bounce' | 'complaint' | 'receipt'
  /** Empty where the report names nobody, and for complaints. */
  recipients: readonly ReportedRecipient[]
}

/**
 * Records what servers told of messages we sent: on each recipient, in the history, and on the ticket.
 * What came back opens the ticket and gives it to its author, as a refusal at sending does; a delay, a
 * delivery and a complaint are only shown. Reports are taken in the order given.
 *
 * @param reports of tickets that are locked already
 */
export async function recordReports(tx: Tx, reports: readonly Report[]): Promise<void> {
  for (const report of reports) {
    const message = await findSentMessage(tx, report.sentMessageId)
    if (message !== undefined) await recordReport(tx, message, report)
  }
}

async function recordReport(tx: Tx, message: SentMessage, report: Report): Promise<void> {
  if (report.kind === 'complaint') {
    await writeTicketEvents(tx, [eventOf(message, report, 'reply_complained', [])])
    return
  }
  if (report.kind === 'receipt' && report.recipients.length === 0) return // read, which changes nothing
  const changes = changesOf(message, report.recipients)
  const isLost = report.kind === 'bounce' && changes.length === 0 && isUnclear(message, report.recipients)
  await updateReported(tx, message.id, changes)
  const events = STATES.flatMap(([state, kind]) => {
    const changed = changes.filter(change => change.to === state)
    return changed.length > 0 ? [eventOf(message, report, kind, changed)] : []
  })
  if (isLost) events.push(eventOf(message, report, 'reply_bounced', []))
  await writeTicketEvents(tx, events)
  if (isLost || changes.some(change => change.to === 'bounced')) {
    await returnToAuthor(tx, { ...message, messageId: message.id })
  }
}

const STATES = [
  ['bounced', 'reply_bounced'],
  ['delayed', 'reply_delayed'],
  ['delivered', 'reply_delivered'],
] as const satisfies readonly (readonly [string, TicketEventKind])[]

function eventOf(
  message: SentMessage,
  report: Report,
  kind: TicketEventKind,
  changes: readonly RecipientChange[],
): TicketEvent {
  const recipients = changes.map(({ address, said }) => ({
    address,
    reason: said.reason,
    severity: bounceSeverity(said),
    status: said.status,
    text: said.diagnostic,
  }))
  const data = { reportId: report.reportId, recipients }
  return { ticketId: message.ticketId, kind, messageId: message.id, data }
}
