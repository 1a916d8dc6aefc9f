import type { SenderVerdict } from '../mail/sender-verdict.ts'
import { type Direction, type MailKind, OPENING_RULES, type PlacedBy } from '../shared/vocabulary.ts'
import { KIND_RULES } from './kind-rules.ts'
import type { TicketAggregate } from './ticket-rows.queries.ts'

/** What of a message its ticket adds up. */
export type CountedMessage = {
  ticketId: number
  direction: Direction
  kind: MailKind
  isOnlyThanks?: boolean
  isHistory?: boolean
  placedBy: PlacedBy
  authorId: number | null
  isFromMailProgram?: boolean
  receivedAt: Date
  snippet: string
  isCopy?: boolean
  isDouble?: boolean
  sideThreadId?: number | 'own' | null
  sender: Pick<SenderVerdict, 'grade'> | null
}

/**
 * What a batch of messages adds to each of their tickets, in the order the messages are given.
 *
 * Waiting begins with the first mail since the last answer by an agent that asks for one (kind-rules.ts):
 * robots never wait, nor does who only says thanks, nor anybody by the second copy of a mail or by history. An
 * acknowledgement is counted and otherwise leaves the ticket as it was: it is no answer, and lists go on
 * showing what the customer wrote. So does a mail whose sender failed the check: the ticket moves up in its
 * list, with the words it had, and nobody waits. What is written with a third party neither answers the customer
 * nor lets anybody wait.
 */
export function aggregatesOf(messages: readonly CountedMessage[]): TicketAggregate[] {
  const byTicket = new Map<number, TicketAggregate>()
  for (const message of messages) {
    const known = byTicket.get(message.ticketId)
    byTicket.set(message.ticketId, addMessage(known ?? emptyOf(message.ticketId), message))
  }
  return [...byTicket.values()]
}

function emptyOf(ticketId: number): TicketAggregate {
  return {
    ticket_id: ticketId,
    added: 0,
    last_message_at: null,
    snippet: null,
    is_answered: false,
    waiting_since: null,
  }
}

function addMessage(sum: TicketAggregate, message: CountedMessage): TicketAggregate {
  const isShown = message.placedBy !== 'acknowledgement'
  const isLatest = isShown && (sum.last_message_at === null || message.receivedAt >= sum.last_message_at)
  const isAside = message.sideThreadId != null
  // What a mail program sent may be older than what waits: its caller counts anew.
  const isOurs = message.direction === 'outbound' && message.authorId !== null
  const isAnswer = isOurs && message.isFromMailProgram !== true && !isAside
  return {
    ...sum,
    added: sum.added + (message.isDouble === true ? 0 : 1),
    last_message_at: isLatest ? message.receivedAt : sum.last_message_at,
    snippet: isLatest && !isUnheard(message) ? message.snippet : sum.snippet,
    is_answered: sum.is_answered || isAnswer,
    waiting_since: isAnswer ? null : earliest(sum.waiting_since, isAside ? null : waitOf(message)),
  }
}

/** Whether a mail joins its ticket and changes nothing of it: its sender failed the check, and it opened no ticket. */
function isUnheard(message: CountedMessage): boolean {
  return message.sender?.grade === 'failed' && !OPENING_RULES.includes(message.placedBy)
}

function waitOf(message: CountedMessage): Date | null {
  const { asksForAnswer } = KIND_RULES[message.kind]
  const isSettled = message.isOnlyThanks === true || message.isCopy === true || message.isHistory === true
  return message.direction === 'inbound' && asksForAnswer && !isSettled && !isUnheard(message)
    ? message.receivedAt
    : null
}

function earliest(left: Date | null, right: Date | null): Date | null {
  if (left === null || right === null) return left ?? right
  return left <= right ? left : right
}
