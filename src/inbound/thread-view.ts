import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import { findReplyTokens, verifyReplyToken } from '../mail/reply-token.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { lockWithTwins } from '../tickets/lock-twins.ts'
import { type Envelope, participantsOf } from '../tickets/participants.ts'
import { listSidePeople } from '../tickets/side-threads.ts'
import type { OwnMessage } from './filing.queries.ts'
import type { Storm } from './storms.ts'
import {
  type KnownKeyTicket,
  type KnownRef,
  selectKeyTickets,
  selectParticipants,
  selectRefs,
} from './thread-view.queries.ts'

/** A ticket as filing sees it: one of the database, or one that a mail of this batch opens. */
export type TicketInView = {
  /** Undefined until the ticket is opened at the end of the batch. */
  id: number | undefined
  mailboxId: number
  /** As the batch found it; undefined with `id`. */
  state: TicketState | undefined
  /** The ticket that leads it and its twins: itself where it leads or is alone; undefined until it is opened. */
  leadId: number | undefined
  /** Whoever was addressed or wrote with us, in normal form; newcomers are not among them. */
  participants: Set<string>
  /** The participants who opened it. */
  customers: Set<string>
  /** Whom agents wrote to beside, by side thread; in normal form. */
  sideThreads: Map<number, Set<string>>
}

/** The message behind an id, and the ticket it is in. */
export type RefInView = {
  ticket: TicketInView
  messageId: number
  sideThreadId: number | null
  owned: boolean
  isOurs: boolean
}

/**
 * A genuine reply token of a mail, and the ticket that holds what it was made for. `messageId` is the
 * first message a merge brought there from the token's own ticket.
 */
export type TokenInView = {
  ticket: TicketInView
  issuedBy: number
  messageId: number | null
  sideThreadId: number | null
}

/**
 * What is known about the threads of one batch, kept up to date in memory while its mails are placed
 * in ledger order, so that a thread inside one batch is one ticket.
 */
export type ThreadView = {
  mailboxId: number
  ownAddresses: ReadonlySet<string>
  /** By `threadRef`. */
  refs: Map<string, RefInView>
  /** By `threadRef`: later messages with an id that one in `refs` has. */
  namesakes: Map<string, RefInView[]>
  /** Tickets of the database that were loaded, by id. */
  tickets: ReadonlyMap<number, TicketInView>
  /** Storms under way, by the key of storms.ts. */
  storms: Map<string, { ticket: TicketInView; mails: number }>
  /** By token as found in the mail; genuine ones with a living ticket only. */
  tokens: Map<string, TokenInView>
}

/**
 * Loads what the index, the tokens and the tickets say about every id the mails name, and locks the
 * tickets found, with their twins, until the transaction ends.
 */
export async function loadThreadView(
  tx: Tx,
  batch: {
    mailboxId: number
    mails: readonly ParsedMail[]
    tokenKeys: readonly RingKey[]
    ownAddresses: ReadonlySet<string>
    /** Tickets known to matter for another reason. */
    ticketIds: readonly number[]
    /** Keys of mails whose copies may be in other mailboxes (twin-key.ts). */
    twinKeys: readonly string[]
    storms: ReadonlyMap<string, Storm>
  },
): Promise<ThreadView> {
  const { mailboxId, ownAddresses } = batch
  const refs = [...new Set(batch.mails.flatMap(idsOf).map(threadRef))]
  const tokens = verifyTokens(batch.mails, batch.tokenKeys)
  const { tickets, known } = await lockPlaces(tx, batch, {
    refs,
    replyKeys: [...tokens.values()].map(token => token.replyKey),
  })
  const view: ThreadView = {
    mailboxId,
    ownAddresses,
    refs: new Map(),
    namesakes: new Map(),
    tickets,
    storms: new Map(),
    tokens: new Map(),
  }
  for (const [key, { ticketId, mails }] of batch.storms) {
    const ticket = tickets.get(ticketId)
    if (ticket) view.storms.set(key, { ticket, mails })
  }
  for (const row of known.refs) enterKnownRef(view, row)
  const byReplyKey = new Map(known.keys.map(row => [row.reply_key, row]))
  for (const [token, { replyKey, mailboxId: issuedBy }] of tokens) {
    const row = byReplyKey.get(replyKey)
    const ticket = row && tickets.get(row.ticket_id)
    if (!ticket) continue
    const { merged_message_id: messageId, side_thread_id: sideThreadId } = row
    view.tokens.set(token, { ticket, issuedBy, messageId, sideThreadId })
  }
  return view
}

function enterKnownRef(view: ThreadView, row: KnownRef): void {
  const ticket = view.tickets.get(row.ticket_id)
  if (!ticket) return
  const isOurs = row.direction === 'outbound'
  const { message_id: messageId, side_thread_id: sideThreadId, owned } = row
  const known = { ticket, messageId, sideThreadId, owned, isOurs }
  if (row.is_namesake) addNamesake(view, row.ref, known)
  else view.refs.set(row.ref, known)
}

/** A ticket before anybody is known to belong to it. @param known undefined for one to be opened */
export function newTicketInView(
  mailboxId: number,
  known?: { id: number; state: TicketState; twinOfId: number | null },
): TicketInView {
  return {
    id: known?.id,
    mailboxId,
    state: known?.state,
    leadId: known?.twinOfId ?? known?.id,
    participants: new Set(),
    customers: new Set(),
    sideThreads: new Map(),
  }
}

/** Enters a placed mail into the view: its own id as owned, the ids it names as mentioned. */
export function enterIntoView(
  view: ThreadView,
  placed: {
    mail: ParsedMail
    messageId: number
    ticket: TicketInView
    sideThreadId: number | null
    envelope: Envelope
  },
): void {
  const { mail, messageId, ticket, sideThreadId } = placed
  for (const { address, kind } of participantsOf(placed.envelope, view.ownAddresses)) {
    if (kind !== 'newcomer') ticket.participants.add(address)
    if (kind === 'customer') ticket.customers.add(address)
  }
  for (const id of idsOf(mail)) {
    const ref = threadRef(id)
    const owned = id === mail.internetMessageId
    const known = view.refs.get(ref)
    const placedRef = { ticket, messageId, sideThreadId, owned, isOurs: false }
    if (!known || (owned && !known.owned)) view.refs.set(ref, placedRef)
    else if (owned) addNamesake(view, ref, placedRef)
  }
}

function addNamesake(view: ThreadView, ref: string, known: RefInView): void {
  view.namesakes.set(ref, [...(view.namesakes.get(ref) ?? []), known])
}

/** Enters the id under which a mail of ours came back, if it is this mailbox's: answers to it find the sent message. */
export function enterSentId(
  view: ThreadView,
  sent: { id: string | null; message: Omit<OwnMessage, 'uuid'> },
): void {
  const { id, message } = sent
  const ticket = view.tickets.get(message.ticket_id)
  if (id === null || ticket === undefined || message.mailbox_id !== view.mailboxId) return
  const known = view.refs.get(threadRef(id))
  if (!known?.owned)
    view.refs.set(threadRef(id), {
      ticket,
      messageId: message.id,
      sideThreadId: message.side_thread_id,
      owned: true,
      isOurs: true,
    })
}

/** The tickets a ticket has as twins, itself among them, as far as they are in the view. */
export function twinsInView(view: ThreadView, ticket: TicketInView): TicketInView[] {
  return ticket.leadId === undefined
    ? [ticket]
    : [...view.tickets.values()].filter(({ leadId }) => leadId === ticket.leadId)
}

/** Every id a mail is or names, its own first; canonical. */
export function idsOf(mail: ParsedMail): string[] {
  const own = mail.internetMessageId === null ? [] : [mail.internetMessageId]
  return [...new Set([...own, ...ancestorsOf(mail)])]
}

/** The ids a mail answers, nearest first; for a report also the id of the mail it speaks of. */
export function ancestorsOf(mail: ParsedMail): string[] {
  const returned = mail.returnedMail?.internetMessageId ?? null
  return [...mail.inReplyTo, ...mail.references.toReversed(), ...(returned === null ? [] : [returned])]
}

/** Reply tokens of a mail, those of its nearest ancestors first, then those of its addresses. Nothing is verified. */
export function tokensOf(mail: ParsedMail): string[] {
  return findReplyTokens([...ancestorsOf(mail), ...mail.recipientAddresses])
}

function verifyTokens(mails: readonly ParsedMail[], keys: readonly RingKey[]) {
  const genuine = new Map<string, { replyKey: string; mailboxId: number }>()
  for (const token of new Set(mails.flatMap(tokensOf))) {
    const verified = verifyReplyToken(token, [...keys])
    if (verified) genuine.set(token, verified)
  }
  return genuine
}

type Places = { refs: KnownRef[]; keys: KnownKeyTicket[] }

/**
 * Reads where the ids and keys lead and locks those tickets with their twins, and those that hold other
 * copies of the mails. An agent may have moved a message or merged a ticket between the reading and the
 * lock: so it is read again under the lock, until every ticket it leads to is locked. From then on
 * nothing can leave them.
 */
async function lockPlaces(
  tx: Tx,
  batch: { mailboxId: number; ticketIds: readonly number[]; twinKeys: readonly string[] },
  wanted: { refs: readonly string[]; replyKeys: readonly string[] },
): Promise<{ tickets: Map<number, TicketInView>; known: Places }> {
  const tickets = new Map<number, TicketInView>()
  let { ticketIds: extra, twinKeys } = batch
  for (;;) {
    const known = await readPlaces(tx, batch.mailboxId, wanted)
    const ids = [...known.refs.map(row => row.ticket_id), ...known.keys.map(row => row.ticket_id), ...extra]
    const missing = [...new Set(ids)].filter(id => !tickets.has(id))
    if (missing.length + twinKeys.length === 0) return { tickets, known }
    await enterTickets(tx, tickets, { ids: missing, twinKeys })
    extra = []
    twinKeys = []
  }
}

async function enterTickets(
  tx: Tx,
  tickets: Map<number, TicketInView>,
  names: { ids: readonly number[]; twinKeys: readonly string[] },
): Promise<void> {
  const locked = await lockWithTwins(tx, names)
  for (const ticket of locked) tickets.set(ticket.id, newTicketInView(ticket.mailboxId, ticket))
  if (locked.length === 0) return
  const ids = locked.map(ticket => ticket.id)
  for (const { ticket_id: ticketId, kind, address } of await selectParticipants(tx, ids)) {
    tickets.get(ticketId)?.participants.add(address)
    if (kind === 'customer') tickets.get(ticketId)?.customers.add(address)
  }
  for (const { ticketId, sideThreadId, address } of await listSidePeople(tx, ids)) {
    const known = tickets.get(ticketId)?.sideThreads
    known?.set(sideThreadId, (known.get(sideThreadId) ?? new Set()).add(address))
  }
}

async function readPlaces(
  tx: Tx,
  mailboxId: number,
  { refs, replyKeys }: { refs: readonly string[]; replyKeys: readonly string[] },
): Promise<Places> {
  return {
    refs: refs.length === 0 ? [] : await selectRefs(tx, { mailboxId, refs }),
    keys: replyKeys.length === 0 ? [] : await selectKeyTickets(tx, replyKeys),
  }
}
