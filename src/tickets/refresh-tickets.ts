import type { Tx } from '../db/database.ts'
import { OPENING_RULES } from '../shared/vocabulary.ts'
import { KIND_RULES } from './kind-rules.ts'
import { type Envelope, gatherParticipants, listOwnAddresses } from './participants.ts'
import {
  recountTickets,
  replaceParticipants,
  type StoredEnvelope,
  selectBegunByHand,
  selectEnvelopes,
} from './refresh-tickets.queries.ts'

/**
 * Makes what tickets say of their messages true again after messages came or went by an agent's hand:
 * counts, times and participants follow from the messages alone, so that undoing a change brings
 * back what was, and nobody belongs to a ticket through a mail that is no longer in it. The customer whom an agent named stays.
 */
export async function refreshTickets(tx: Tx, ticketIds: readonly number[]): Promise<void> {
  await recountTickets(tx, ticketIds)
  const ownAddresses = await listOwnAddresses(tx)
  const envelopes = Map.groupBy(await selectEnvelopes(tx, ticketIds), one => one.ticketId)
  const byHand = await selectBegunByHand(tx, ticketIds)
  const messages = ticketIds.flatMap(id => {
    const own = envelopes.get(id) ?? []
    return byHand.includes(id) ? own : withOpener(own)
  })
  await replaceParticipants(tx, ticketIds, gatherParticipants(messages, ownAddresses))
}

/** Where the mail that opened a ticket was moved away, the oldest one left speaks for it. */
function withOpener(messages: readonly StoredEnvelope[]): StoredEnvelope[] {
  const [oldest] = messages.filter(
    one => one.direction === 'inbound' && KIND_RULES[one.kind].hasCorrespondent,
  )
  if (oldest === undefined || messages.some(one => OPENING_RULES.includes(one.placedBy))) return [...messages]
  const opener: Pick<Envelope, 'placedBy' | 'isNewcomer'> = { placedBy: 'no-ancestor', isNewcomer: false }
  return messages.map(one => (one === oldest ? { ...one, ...opener } : one))
}
