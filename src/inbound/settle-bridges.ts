import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import { mergeTickets } from '../tickets/merge-tickets.ts'
import type { Placement } from './match-tickets.ts'
import { areSeparated, selectTouched } from './settle-bridges.queries.ts'
import type { TicketInView } from './thread-view.ts'
import type { Hint } from './write-hints.queries.ts'

/** A mail in its place. */
export type BridgingMail = {
  messageId: number
  mail: ParsedMail
  sender: Pick<SenderVerdict, 'grade'>
  placement: Placement
}

/**
 * Decides about mails whose ids lie in two tickets (docs/decisions/0009). Such a mail is in the ticket of its
 * nearest ancestor already. The two become one, undoably, only if they are between the same people, one
 * of those wrote this mail as far as we can tell, and one of the two had no act of an agent: then it is
 * one exchange whose mails came out of order. A forged References joins nothing: else a merge is only suggested.
 * Tickets that an agent took apart are left alone.
 *
 * @returns what to suggest
 */
export async function settleBridges(tx: Tx, mails: readonly BridgingMail[]): Promise<Hint[]> {
  const standing: Standing = new Map()
  const hints: Hint[] = []
  for (const bridging of mails) {
    const { messageId, placement } = bridging
    for (const bridged of placement.bridges) {
      const here = standingOf(placement.ticket, standing)
      const there = standingOf(bridged, standing)
      if (!(await areTwoOfOneDesk(tx, here, there))) continue
      const isOne = await mergeIfOne(tx, bridging, [here, there], standing)
      if (!isOne) hints.push({ messageId, kind: 'bridge', otherTicketId: idOf(there) })
    }
  }
  return hints
}

/** The survivors of this batch's merges, by the id of the ticket that went into them. */
type Standing = Map<number, TicketInView>

function standingOf(ticket: TicketInView, standing: Standing): TicketInView {
  let now = ticket
  for (let next = standing.get(idOf(now)); next !== undefined; next = standing.get(idOf(now))) now = next
  return now
}

async function areTwoOfOneDesk(tx: Tx, here: TicketInView, there: TicketInView): Promise<boolean> {
  if (here === there || here.mailboxId !== there.mailboxId) return false
  return !(await areSeparated(tx, idOf(here), idOf(there)))
}

async function mergeIfOne(
  tx: Tx,
  bridging: BridgingMail,
  [here, there]: [TicketInView, TicketInView],
  standing: Standing,
): Promise<boolean> {
  if (!isOfBoth(bridging, here, there) || !areSamePeople(here, there)) return false
  const touched = await selectTouched(tx, [idOf(here), idOf(there)])
  if (touched.size === 2) return false
  const [older, younger] = idOf(here) < idOf(there) ? [here, there] : [there, here]
  const [survivor, gone] = touched.has(idOf(younger)) ? [younger, older] : [older, younger]
  await mergeTickets(tx, { survivorId: idOf(survivor), mergedId: idOf(gone), agentId: null })
  for (const address of gone.participants) survivor.participants.add(address)
  for (const address of gone.customers) survivor.customers.add(address)
  standing.set(idOf(gone), survivor)
  return true
}

/** Every ticket of a batch has been opened by now. */
function idOf(ticket: TicketInView): number {
  if (ticket.id === undefined) throw new RangeError('a ticket of the batch was not opened')
  return ticket.id
}

function isOfBoth(
  { mail, sender: { grade } }: BridgingMail,
  here: TicketInView,
  there: TicketInView,
): boolean {
  if (mail.from === null || grade === 'failed') return false
  const sender = addressKey(mail.from.address)
  return here.participants.has(sender) && there.participants.has(sender)
}

/** Each customer of the one belongs to the other: merging them shows nobody what they had not seen. */
function areSamePeople(here: TicketInView, there: TicketInView): boolean {
  if (here.customers.size === 0 || there.customers.size === 0) return false
  const [ours, theirs] = [[...here.customers], [...there.customers]]
  return ours.every(one => there.participants.has(one)) && theirs.every(one => here.participants.has(one))
}
