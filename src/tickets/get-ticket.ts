import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Fold } from '../mail/split-reply.ts'
import { findImpersonation, type Impersonation, type OwnNames, ownNamesOf } from './impersonation.ts'
import { mergeTwins, withoutCopies } from './merge-twins.ts'
import { type OneOfUs, selectUs } from './participants.queries.ts'
import { listProposals, type Proposal } from './proposals.ts'
import { getReplyDefaults, type ReplyDefaults } from './reply-defaults.ts'
import { asSeenBy } from './seen-twins.ts'
import { foldsOf } from './stored-folds.ts'
import {
  type EventRow,
  type MessageRow,
  type MessageScope,
  type NoteRow,
  selectEvents,
  selectMessages,
  selectNotes,
  selectParticipants,
} from './ticket-detail.queries.ts'
import { type HintRow, selectHints } from './ticket-hints.queries.ts'
import { selectTicketPage, selectTicketRow, type TicketListRow } from './ticket-list.queries.ts'
import { selectErasesAt } from './trash.queries.ts'

/** A message with what hangs on it. */
export type MessageDetail = MessageRow & {
  folds: Fold[]
  impersonates: Impersonation | null
}

/** A ticket as its page shows it. */
export type TicketDetail = {
  row: TicketListRow
  createdAt: Date
  closedAt: Date | null
  erasesAt: Date | null
  customerLanguage: string | null
  customerUtcOffsetMinutes: number | null
  messages: MessageDetail[]
  notes: NoteRow[]
  events: EventRow[]
  replyDefaults: ReplyDefaults
  hints: HintRow[]
  proposals: Proposal[]
}

/**
 * A ticket with its messages, notes and history: nine statements, however long it is, and one more
 * for a lead or one in the Trash. The row is read first, so that its version is never newer than what stands beside it: a
 * screen that hears of a later version asks again.
 *
 * A lead shows the messages of its twins too, as far as the caller may use their mailboxes, and copies
 * of one mail once. Notes, history and default recipients are its own (docs/decisions/0012).
 *
 * @throws NotFound
 */
export async function getTicket(db: Db, caller: Caller, ticketId: number): Promise<TicketDetail> {
  const page = await selectTicketPage(db, { ticketId, agentId: caller.agentId })
  if (page === undefined) throw new NotFound('ticket', { ticketId })
  const row = asSeenBy(caller, page)
  const { createdAt, closedAt, customerLanguage, customerUtcOffsetMinutes } = page
  const facts = { createdAt, closedAt, customerLanguage, customerUtcOffsetMinutes }
  const twinIds = row.twinOfId === null ? row.twins.map(twin => twin.id) : []
  // One after the other on one connection: side by side each takes a connection of its own, which has to be opened first,
  // plans the statement anew, and stays for a while.
  const us = await selectUs(db)
  const messages = await loadMessages(db, { ticketIds: [ticketId, ...twinIds] }, us)
  const notes = await selectNotes(db, { ticketId })
  const events = await selectEvents(db, ticketId)
  const replyDefaults = await getReplyDefaults(db, ticketId, null, us)
  const hints = await selectHints(db, ticketId)
  const proposals = await listProposals(db, ticketId)
  const erasesAt = row.deletedAt === null ? null : await selectErasesAt(db, ticketId)
  const shown =
    twinIds.length === 0
      ? withoutCopies(messages)
      : mergeTwins(ticketId, messages, await selectParticipants(db, ticketId))
  return { row, ...facts, erasesAt, messages: shown, notes, events, replyDefaults, hints, proposals }
}

/** One ticket as lists show it, with the twins the caller may see. @throws NotFound */
export async function getTicketRow(db: Db, caller: Caller, ticketId: number): Promise<TicketListRow> {
  const row = await selectTicketRow(db, { ticketId, agentId: caller.agentId })
  if (row === undefined) throw new NotFound('ticket', { ticketId })
  return asSeenBy(caller, row)
}

/** One note. @throws NotFound */
export async function getNote(db: Db, noteId: number): Promise<NoteRow> {
  const [note] = await selectNotes(db, { noteId })
  if (note === undefined) throw new NotFound('note', { noteId })
  return note
}

/** One message with its attachments and how its recipients fared. @throws NotFound */
export async function getMessage(db: Db, messageId: number): Promise<MessageDetail> {
  const [message] = await loadMessages(db, { messageId })
  if (message === undefined) throw new NotFound('message', { messageId })
  return message
}

const NO_NAMES: OwnNames = { names: new Set(), addresses: new Set() }

async function loadMessages(db: Db, scope: MessageScope, us?: OneOfUs[]): Promise<MessageDetail[]> {
  const messages = await selectMessages(db, scope)
  const named = messages.some(({ direction, fromName }) => direction === 'inbound' && fromName !== null)
  const ownNames = named ? ownNamesOf(us ?? (await selectUs(db))) : NO_NAMES
  return messages.map(message => ({
    ...message,
    folds: foldsOf(message),
    impersonates: impersonationIn(message, ownNames),
  }))
}

function impersonationIn(message: MessageRow, own: OwnNames): Impersonation | null {
  const { direction, fromName: name, fromAddress: address } = message
  return direction === 'outbound' || address === null ? null : findImpersonation({ name, address }, own)
}
