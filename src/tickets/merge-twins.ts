import { addressKey } from '../mail/address.ts'
import type { Direction } from '../shared/vocabulary.ts'

/** What of a message decides how it stands in its lead's ticket. */
export type TwinMessage = {
  id: number
  ticketId: number
  copyKey: string | null
  direction: Direction
  fromAddress: string | null
  isNewcomer: boolean
}

/**
 * The messages of a lead and its twins as one exchange: of copies of one mail the lead's own stays, else
 * the first. Who wrote to a twin and does not belong to the lead is a newcomer here, so that a stranger
 * who opened a twin is not taken for the customer.
 *
 * @param messages in the order they are shown, which stays
 * @param participants of the lead, in normal form, newcomers left out
 */
export function mergeTwins<Message extends TwinMessage>(
  leadId: number,
  messages: readonly Message[],
  participants: readonly string[],
): Message[] {
  const belongs = new Set(participants)
  const kept = new Map<string, number>()
  for (const { id, ticketId, copyKey } of messages) {
    if (copyKey !== null && (ticketId === leadId || !kept.has(copyKey))) kept.set(copyKey, id)
  }
  return messages
    .filter(({ id, copyKey }) => copyKey === null || kept.get(copyKey) === id)
    .map(message => {
      const isOwn = message.ticketId === leadId || message.direction === 'outbound'
      const isKnown = message.fromAddress !== null && belongs.has(addressKey(message.fromAddress))
      return isOwn || isKnown ? message : { ...message, isNewcomer: true }
    })
}

/**
 * The messages of a ticket, of copies that came into it by two mailboxes the first: it was moved and merged since they were
 * tickets of their own. What has no Message-ID may be another mail that reads the same.
 */
export function withoutCopies<Message extends TwinMessage & { internetMessageId: string | null }>(
  messages: readonly Message[],
): Message[] {
  const seen = new Set<string>()
  return messages.filter(({ copyKey, internetMessageId }) => {
    if (copyKey === null || internetMessageId === null) return true
    const isFirst = !seen.has(copyKey)
    seen.add(copyKey)
    return isFirst
  })
}
