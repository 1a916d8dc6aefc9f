import { findOrAddCustomers } from '../customers/find-customers.ts'
import { type Heard, learnHabits } from '../customers/learn-habits.ts'
import type { Tx } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import type { Job } from '../jobs/job-list.ts'
import { addressKey } from '../mail/address.ts'
import { threadRef } from '../mail/message-id.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import { LANES, type TicketState } from '../shared/vocabulary.ts'
import { addMessages } from '../tickets/add-messages.ts'
import { defaultTeamEvent } from '../tickets/assign-team.ts'
import { backdateTickets } from '../tickets/backdate-tickets.ts'
import { joinTwins, type MarkedMail } from '../tickets/join-twins.ts'
import { KIND_RULES } from '../tickets/kind-rules.ts'
import { openTickets } from '../tickets/open-tickets.ts'
import { stopOvertaken } from '../tickets/overtaken.ts'
import { type Report, recordReports } from '../tickets/record-reports.ts'
import { reopenTickets } from '../tickets/reopen-tickets.ts'
import { type TicketEvent, writeTicketEvents } from '../tickets/ticket-events.ts'
import {
  insertMailKeys,
  type OwnMessage,
  selectAcknowledges,
  selectCopies,
  selectProvenSent,
} from './filing.queries.ts'
import { findForwards } from './find-forwards.ts'
import { foldKnown } from './fold-known.ts'
import { matchTickets, type Placement } from './match-tickets.ts'
import { openFromSpam } from './open-from-spam.ts'
import type { FreshMail } from './sort-mails.ts'
import { noteStorms, stormKeyOf } from './storms.ts'
import { insertNamesakes } from './thread-view.queries.ts'
import { ancestorsOf, type ThreadView, type TicketInView, twinsInView } from './thread-view.ts'
import { isThanksToClosed, type PlacedMail, takenOf, toNewMessages } from './to-new-messages.ts'
import type { TwinMark } from './twin-key.ts'
import { type HintedMail, writeHints } from './write-hints.ts'

type FreshBatch = {
  mailboxId: number
  mails: readonly FreshMail[]
  view: ThreadView
  ownAddresses: ReadonlySet<string>
  /** The sent messages that reports return a genuine reference of, by ledger row. */
  returned: ReadonlyMap<number, OwnMessage>
  /** By ledger row. */
  marks: ReadonlyMap<number, TwinMark>
}

/**
 * Makes messages of mails that nobody brought before: customers, tickets, messages, mail keys, events
 * and, for new live tickets of a mailbox that acknowledges, one job each.
 *
 * Mail that asks for an answer (kind-rules.ts) opens a closed or waiting ticket again and keeps its
 * assignee; what an agent took for spam stays it (open-from-spam.ts), and a closed ticket stays closed where it only
 * says thanks. All other kinds, and senders who failed the check, are filed without changing a state and without being
 * hidden, except
 * that a report about a message of ours says what became of it (record-reports.ts).
 *
 * @returns ticket id by message id
 */
export async function addFreshMails(tx: Tx, batch: FreshBatch): Promise<Map<number, number>> {
  if (batch.mails.length === 0) return new Map()
  const forwards = await findForwards(tx, batch)
  const toPlace = batch.mails.map(mail => ({
    ...mail,
    returned: batch.returned.get(mail.id),
    forward: forwards.get(mail.id),
  }))
  const placements = matchTickets(toPlace, batch.view)
  const placed = await foldPlaced(
    tx,
    await openPlaces(tx, batch, placements, await findCopies(tx, batch, placements)),
  )
  const { reopened, kept, asking } = await wakeTickets(tx, placed)
  await addMessages(tx, await toNewMessages(tx, batch.mailboxId, placed))
  await insertMailKeys(
    tx,
    batch.mails.map(({ mail, messageId }) => ({
      mailbox_id: batch.mailboxId,
      key: mail.mailKey,
      message_id: messageId,
    })),
  )
  await insertNamesakes(
    tx,
    batch.mailboxId,
    placed.flatMap(one => namesakeOf(one, batch.view)),
  )
  await learnHabits(tx, placed.flatMap(heardOf))
  await noteStorms(tx, batch.mailboxId, placed.flatMap(grouped))
  const { followerIds, events } = await joinTwins(tx, markedMails(batch, placed))
  const overtaken = await stopOvertaken(tx, asking, 'any')
  await writeTicketEvents(tx, [...placed.flatMap(toEvents), ...reopened, ...kept, ...overtaken, ...events])
  await recordReports(tx, placed.flatMap(reportOf))
  await backdate(tx, placed)
  // Nobody is asked to tidy up what is over.
  const hinted = placed.filter(one => !isHistory(one)).map(toHinted)
  await writeHints(tx, { mailboxId: batch.mailboxId, mails: hinted })
  const leads = placed.filter(({ ticketId }) => !followerIds.has(ticketId))
  await enqueueJobs(tx, [
    ...(await acknowledgements(tx, batch.mailboxId, leads)),
    ...(await proofsOfSending(tx, batch)),
  ])
  return new Map(placed.map(({ fresh, ticketId }) => [fresh.messageId, ticketId]))
}

/**
 * The mails that a twin of their ticket got before, or the ticket itself through another mailbox (`isDouble`), by message id: the
 * second copy opens nothing again that was answered by then.
 */
async function findCopies(
  tx: Tx,
  { mails, view, marks }: FreshBatch,
  placements: readonly Placement[],
): Promise<Map<number, { isDouble: boolean }>> {
  const known = mails.flatMap((fresh, index) => {
    const ticket = placements[index]?.ticket
    if (ticket?.id === undefined) return []
    const twins = twinsInView(view, ticket)
    // Tickets of two mailboxes may be one by now.
    return twins.length < 2 && !marks.has(fresh.id) ? [] : [{ fresh, ticket, twins }]
  })
  if (known.length === 0) return new Map()
  const ticketIds = known.flatMap(({ twins }) => twins.flatMap(twin => twin.id ?? []))
  const copies = await selectCopies(tx, {
    ticketIds: [...new Set(ticketIds)],
    keys: known.map(({ fresh }) => fresh.mail.copyKey),
  })
  const copiesIn = (fresh: FreshMail, tickets: readonly TicketInView[]) =>
    copies.filter(
      ({ key, ticketId }) => key === fresh.mail.copyKey && tickets.some(one => one.id === ticketId),
    )
  return new Map(
    known
      .filter(({ fresh, twins }) => copiesIn(fresh, twins).length > 0)
      .map(({ fresh, ticket }) => [
        fresh.messageId,
        { isDouble: fresh.mail.internetMessageId !== null && copiesIn(fresh, [ticket]).length > 0 },
      ]),
  )
}

/** Its own id, where a mail of another ticket had it before. */
function namesakeOf(
  { fresh, placement }: PlacedMail,
  { refs }: ThreadView,
): { ref: string; messageId: number }[] {
  const id = fresh.mail.internetMessageId
  if (!placement.isReusedId || id === null) return []
  const ref = threadRef(id)
  return refs.get(ref)?.ticket === placement.ticket ? [] : [{ ref, messageId: fresh.messageId }]
}

function markedMails({ marks }: FreshBatch, placed: readonly PlacedMail[]): MarkedMail[] {
  return placed.flatMap(({ fresh, placement, ticketId }) => {
    const mark = marks.get(fresh.id)
    // A ticket that groups a storm is about no one mail, and is nobody's twin; who failed the check changes no ticket.
    const isUnheard = fresh.sender.grade === 'failed' && !placement.isFirst
    if (mark === undefined || placement.placedBy === 'storm' || isUnheard) return []
    const isRoot = ancestorsOf(fresh.mail).length === 0
    return [{ ...mark, ticketId, isOpener: placement.isFirst, isRoot, receivedAt: fresh.receivedAt }]
  })
}

/** Finds the senders and opens the new tickets, so that every mail has its ticket's id. */
async function openPlaces(
  tx: Tx,
  batch: FreshBatch,
  placements: readonly Placement[],
  copies: ReadonlyMap<number, { isDouble: boolean }>,
): Promise<PlacedMail[]> {
  const senders = batch.mails.map((mail, index) => senderOf(mail, placements[index], batch.ownAddresses))
  const customers = await findOrAddCustomers(
    tx,
    senders.filter(sender => sender !== null),
  )
  const customerIds = senders.map(sender => (sender && customers.get(sender.address)) ?? null)
  const first = batch.mails
    .map((fresh, index) => ({ fresh, placement: placements[index], customerId: customerIds[index] ?? null }))
    .filter(({ placement }) => placement?.isFirst)
  const opened = await openTickets(
    tx,
    first.map(({ fresh, placement, customerId }) => ({
      mailboxId: batch.mailboxId,
      customerId,
      subject: takenOf(placement)?.subject ?? fresh.mail.subject,
      state: openingState(fresh),
      lastMessageAt: fresh.receivedAt,
      ...(isOld(fresh) ? { beganAt: fresh.receivedAt } : {}),
      takesTeam: openingState(fresh) === 'open' && !isOld(fresh),
    })),
  )
  const teamIds = new Map<FreshMail, number | null>()
  first.forEach(({ fresh, placement }, index) => {
    if (placement) placement.ticket.id = opened[index]?.id
    teamIds.set(fresh, opened[index]?.teamId ?? null)
  })
  return batch.mails.map((fresh, index) => ({
    ...toPlaced(fresh, placements[index]),
    customerId: customerIds[index] ?? null,
    teamId: teamIds.get(fresh) ?? null,
    isCopy: copies.has(fresh.messageId),
    isDouble: copies.get(fresh.messageId)?.isDouble ?? false,
  }))
}

/** What its server took for spam is looked at in Spam. */
function openingState({ lane, role }: FreshMail): TicketState {
  if (lane === LANES.history) return 'closed'
  return role === 'junk' ? 'spam' : 'open'
}

function toPlaced(fresh: FreshMail, placement: Placement | undefined) {
  const ticketId = placement?.ticket.id
  if (!placement || ticketId === undefined) throw new RangeError('a mail of the batch has no ticket')
  return { fresh, placement, ticketId }
}

/**
 * The person to remember as a customer: nobody for kinds without a correspondent, for our own addresses, and for
 * who failed the check in somebody's ticket, and for third parties. Of a mail that an agent forwarded, whose mail it is.
 */
function senderOf(
  { mail, kind, sender }: FreshMail,
  placement: Placement | undefined,
  ownAddresses: ReadonlySet<string>,
) {
  const from = takenOf(placement)?.from ?? mail.from
  if (from === null || !KIND_RULES[kind].hasCorrespondent) return null
  if (sender.grade === 'failed' && !placement?.isFirst) return null
  if (typeof placement?.sideThreadId === 'number') return null
  const address = addressKey(from.address)
  return ownAddresses.has(address) ? null : { address, name: from.name }
}

function grouped({ fresh, placement, ticketId }: PlacedMail) {
  const key = placement.placedBy === 'storm' ? stormKeyOf(fresh) : null
  return key === null ? [] : [{ key, ticketId, receivedAt: fresh.receivedAt }]
}

/** What a mail says of its writer: only of a person who may be who they say. */
function heardOf({ fresh, placement, customerId }: PlacedMail): Heard[] {
  const { mail, kind, lane, sender } = fresh
  if (placement.forward !== null || kind !== 'person' || sender.grade === 'failed') return []
  if (customerId === null) return []
  const { language, utcOffsetMinutes } = mail
  return [{ customerId, language, utcOffsetMinutes, isOld: lane !== LANES.live }]
}

type Woken = { reopened: TicketEvent[]; kept: TicketEvent[]; asking: number[] }

/** Opens tickets that mail asks to; of those that stay closed after a thanks, the events that say so; and all of both. */
async function wakeTickets(tx: Tx, placed: readonly PlacedMail[]): Promise<Woken> {
  const asking = placed.filter(
    one => !one.placement.isFirst && !one.isCopy && !isHistory(one) && asksForAnswer(one),
  )
  const thanks = asking.filter(isThanksToClosed)
  const waking = new Set(asking.filter(one => !thanks.includes(one)).map(({ ticketId }) => ticketId))
  const kept = thanks.filter(({ ticketId }) => !waking.has(ticketId))
  return {
    asking: asking.filter(one => one.placement.sideThreadId === null).map(({ ticketId }) => ticketId),
    reopened: [...(await openFromSpam(tx, asking)), ...(await reopenTickets(tx, [...waking]))],
    kept: kept.map(({ fresh, ticketId }) => ({
      ticketId,
      kind: 'stayed_closed',
      messageId: fresh.messageId,
      data: { why: 'thanks' },
    })),
  }
}

/** A report that names nothing of ours proves nothing, not even that a machine wrote it: it is taken as any mail. */
function asksForAnswer({ fresh: { kind, sender }, placement }: PlacedMail): boolean {
  if (sender.grade === 'failed') return false
  const isUnproven = (kind === 'bounce' || kind === 'complaint') && placement.placedBy !== 'returned-mail'
  return isUnproven || KIND_RULES[kind].asksForAnswer
}

/** Old mail that asks nothing of anybody: it opens nothing again, and its tickets are closed. */
function isHistory({ fresh }: PlacedMail): boolean {
  return fresh.lane === LANES.history
}

/** Of the time before the mailbox was connected. */
function isOld({ lane }: FreshMail): boolean {
  return lane === LANES.history || lane === LANES.backfill
}

async function backdate(tx: Tx, placed: readonly PlacedMail[]): Promise<void> {
  const old = placed.filter(({ fresh }) => isOld(fresh))
  await backdateTickets(
    tx,
    old.map(({ ticketId, fresh }) => ({ ticketId, receivedAt: fresh.receivedAt })),
  )
}

/** What a mail proves to tell of a message we sent. */
function reportOf({ fresh, placement }: PlacedMail): Report[] {
  const { kind } = fresh
  if (kind !== 'bounce' && kind !== 'complaint' && kind !== 'receipt') return []
  if (placement.placedBy !== 'returned-mail' || placement.evidenceId === null) return []
  const recipients = fresh.mail.deliveryReport?.recipients ?? []
  return [{ reportId: fresh.messageId, sentMessageId: placement.evidenceId, kind, recipients }]
}

function toHinted({ fresh, placement, ticketId }: PlacedMail): HintedMail {
  const { messageId, mail, kind, sender } = fresh
  return { messageId, mail, kind, sender, placement, ticketId }
}

function toEvents({ fresh, placement, ticketId, teamId, isDouble }: PlacedMail): TicketEvent[] {
  if (isDouble) return []
  const { messageId, receivedAt } = fresh
  const kind = placement.isFirst ? 'ticket_opened' : 'message_received'
  // At its own date history is no news to anybody who follows the ticket.
  const at = fresh.lane === LANES.history ? { at: receivedAt } : {}
  const came: TicketEvent = { ticketId, kind, messageId, ...at }
  const taken = takenOf(placement)
  return [
    came,
    ...(teamId === null ? [] : [defaultTeamEvent(ticketId, teamId)]),
    ...(taken
      ? [{ ticketId, kind: 'customer_from_forward' as const, messageId, data: taken.from, ...at }]
      : []),
  ]
}

async function acknowledgements(tx: Tx, mailboxId: number, placed: readonly PlacedMail[]): Promise<Job[]> {
  const due = placed.filter(
    ({ fresh, placement }) =>
      placement.isFirst &&
      fresh.role !== 'junk' &&
      fresh.lane === LANES.live &&
      fresh.kind === 'person' &&
      placement.forward === null && // its writer has not written to us
      mayGetAutomaticMail(fresh.sender),
  )
  if (due.length === 0 || !(await selectAcknowledges(tx, mailboxId))) return []
  return due.map(({ fresh, ticketId }) => ({
    name: 'acknowledge_ticket',
    payload: { ticketId, messageId: fresh.messageId },
  }))
}

/**
 * Nobody whom the check speaks against, whatever the grade: the answer would go to somebody who never wrote.
 * So a domain that publishes a policy, be it one that asks for nothing, gets one only for mail that passes.
 */
function mayGetAutomaticMail({ grade, reason }: SenderVerdict): boolean {
  return grade !== 'failed' && reason !== 'policy-asks-nothing' && reason !== 'no-evidence'
}

/** An answer to one of our mails, or its bounce, decides what became of it where nobody knew: it was sent. */
async function proofsOfSending(tx: Tx, { mailboxId, mails, returned }: FreshBatch): Promise<Job[]> {
  const refs = new Set(mails.flatMap(({ mail }) => ancestorsOf(mail)).map(threadRef))
  const sentIds = mails.flatMap(mail => returned.get(mail.id)?.id ?? [])
  const messageIds = await selectProvenSent(tx, { mailboxId, refs: [...refs], sentIds })
  return messageIds.map(messageId => ({ name: 'settle_proven_mail', payload: { messageId } }))
}

/** The mails, their texts split with what their tickets already hold beside them. */
async function foldPlaced(tx: Tx, placed: readonly PlacedMail[]): Promise<PlacedMail[]> {
  const folded = await foldKnown(
    tx,
    placed.map(({ fresh, placement, ticketId }) => ({
      mail: fresh.mail,
      ticketId,
      isFirst: placement.isFirst,
    })),
  )
  return placed.map((one, index) => ({
    ...one,
    fresh: { ...one.fresh, mail: { ...one.fresh.mail, ...folded[index] } },
  }))
}
