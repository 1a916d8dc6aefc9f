import type { Tx } from '../db/database.ts'
import { bounceSeverity } from '../mail/bounce-reason.ts'
import type { ReportedRecipient } from '../mail/mail-types.ts'
import type { TicketEventKind } from '../shared/vocabulary.ts'
import { changesOf, isUnclear, type RecipientChange, withChanges } from './report-rule.ts'
import { type SentMessage, selectSentMessages, updateReported } from './reports.queries.ts'
import { returnToAuthors } from './return-to-author.ts'
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

/** What one report says of one message. */
type Outcome = {
  message: SentMessage
  changes: readonly RecipientChange[]
  events: TicketEvent[]
  isLost: boolean
}

/**
 * Records what servers told of messages we sent: on each recipient, in the history, and on the ticket.
 * What came back opens the ticket and gives it to its author, as a refusal at sending does; a delay, a
 * delivery and a complaint are only shown. Reports are taken in the order given, each as those before it
 * left its message; the statements are as many for one as for a mailing that all comes back at once.
 *
 * @param reports of tickets that are locked already
 */
export async function recordReports(tx: Tx, reports: readonly Report[]): Promise<void> {
  if (reports.length === 0) return
  const outcomes = outcomesOf(await selectSentMessages(tx, reports.map(sentIdOf)), reports)
  await updateReported(
    tx,
    outcomes.flatMap(({ message, changes }) => changes.map(change => ({ ...change, messageId: message.id }))),
  )
  await writeTicketEvents(
    tx,
    outcomes.flatMap(outcome => outcome.events),
  )
  const returned = outcomes.filter(({ isLost }) => isLost)
  await returnToAuthors(
    tx,
    returned.map(({ message }) => ({ ...message, messageId: message.id })),
  )
}

const sentIdOf = (report: Report) => report.sentMessageId

function outcomesOf(messages: readonly SentMessage[], reports: readonly Report[]): Outcome[] {
  const standing = new Map(messages.map(message => [message.id, message]))
  return reports.flatMap(report => {
    const message = standing.get(report.sentMessageId)
    if (message === undefined) return []
    const outcome = outcomeOf(message, report)
    standing.set(message.id, withChanges(message, outcome.changes))
    return [outcome]
  })
}

function outcomeOf(message: SentMessage, report: Report): Outcome {
  if (report.kind === 'complaint') {
    return { message, changes: [], events: [eventOf(message, report, 'reply_complained', [])], isLost: false }
  }
  const isRead = report.kind === 'receipt' && report.recipients.length === 0
  if (isRead) return { message, changes: [], events: [], isLost: false }
  const changes = changesOf(message, report.recipients)
  const isUnnamed = report.kind === 'bounce' && changes.length === 0 && isUnclear(message, report.recipients)
  const events = STATES.flatMap(([state, kind]) => {
    const changed = changes.filter(change => change.to === state)
    return changed.length > 0 ? [eventOf(message, report, kind, changed)] : []
  })
  if (isUnnamed) events.push(eventOf(message, report, 'reply_bounced', []))
  return { message, changes, events, isLost: isUnnamed || changes.some(change => change.to === 'bounced') }
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
