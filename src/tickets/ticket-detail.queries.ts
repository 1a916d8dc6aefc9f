import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { Address, CalendarInvite, ForwardedMail, Protection } from '../mail/mail-types.ts'
import type { Fold } from '../mail/split-reply.ts'
import type {
  BounceReason,
  CancelledBy,
  Direction,
  FailureState,
  MailKind,
  OutboxState,
  PlacedBy,
  RecipientState,
  SenderGrade,
  TicketEventKind,
} from '../shared/vocabulary.ts'
import type { SenderCheck } from './message-rows.queries.ts'

/** Whose parts to read: all messages of some tickets, or one message. */
export type MessageScope = { ticketIds: readonly number[] } | { messageId: number }

/** One message with its body. `dueAt` and what follows are of the outbox; null for what came in. */
export type MessageRow = {
  id: number
  ticketId: number
  /** The mailbox its ticket is in. */
  mailboxId: number
  /** Hex; equal of two messages, they are copies of one mail. Null for what we sent. */
  copyKey: string | null
  direction: Direction
  kind: MailKind
  receivedAt: Date
  sentAt: Date | null
  fromName: string | null
  fromAddress: string | null
  forwardedName: string | null
  forwardedAddress: string | null
  /** What an agent forwarded, as long as nobody said whose mail it is. */
  forwardOffer: ForwardedMail | null
  to: Address[]
  cc: Address[]
  bcc: Address[]
  subject: string
  language: string | null
  text: string
  visibleText: string
  /** Null where none were kept (stored-folds.ts). */
  folds: Fold[] | null
  hasHtml: boolean
  authorId: number | null
  isFromMailProgram: boolean
  isNewcomer: boolean
  sideThreadId: number | null
  isUnverified: boolean
  senderGrade: SenderGrade | null
  senderCheck: SenderCheck | null
  placedBy: PlacedBy
  placedByMessageId: number | null
  placedByRef: string | null
  /** Of the ticket the evidence is in, where that is of the same mailbox. */
  evidenceNumber: number | null
  defects: string[]
  internetMessageId: string | null
  calendar: CalendarInvite | null
  protections: Protection[]
  outboxState: OutboxState | null
  dueAt: Date | null
  replyCode: number | null
  replyText: string | null
  repeats: number | null
  isScheduled: boolean | null
  cancelledBy: CancelledBy | null
  failure: FailureState | null
  answeredMessageId: number | null
  /** In the order they stand in the mail. */
  attachments: AttachmentRow[]
  /** How each recipient of a message of ours fared. */
  recipients: RecipientRow[]
}

export type AttachmentRow = {
  id: number
  filename: string
  contentType: string
  sizeBytes: number
  isInline: boolean
  isMinor: boolean
}

export type RecipientRow = {
  address: string
  state: RecipientState
  reason: BounceReason | null
  replyText: string | null
}

/** A note as stored, with the agents it calls and the teams it names, by the names they have now. */
export type NoteRow = {
  id: number
  authorId: number
  text: string
  html: string | null
  mentions: { agentId: number | null; teamId: number | null; name: string; isSeen: boolean | null }[]
  createdAt: Date
}

export type EventRow = {
  id: number
  at: Date
  kind: TicketEventKind
  agentId: number | null
  messageId: number | null
  data: Record<string, unknown>
}

/** Messages with what hangs on them, in the order people read them. */
export async function selectMessages(db: Db, scope: MessageScope): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`${kept}
    select m.id, m.ticket_id as "ticketId", t.mailbox_id as "mailboxId", encode(m.copy_key, 'hex') as "copyKey",
      m.direction, m.kind, m.received_at as "receivedAt", m.sent_at as "sentAt",
      m.from_name as "fromName", m.from_address as "fromAddress", m.forwarded_name as "forwardedName",
      m.forwarded_address as "forwardedAddress", m.side_thread_id as "sideThreadId",
      case when m.forwarded_address is null then m.forward end as "forwardOffer", m.to_addresses as "to",
      m.cc_addresses as "cc", m.bcc_addresses as "bcc", m.subject, m.language,
      coalesce(b.text, '') as text, coalesce(b.visible_text, '') as "visibleText", b.folds,
      exists (select 1 from message_html h where h.message_id = m.id) as "hasHtml",
      m.author_id as "authorId", m.is_from_mail_program as "isFromMailProgram", m.is_newcomer as "isNewcomer", m.is_unverified as "isUnverified",
      m.sender_grade as "senderGrade", m.sender_check as "senderCheck", m.placed_by as "placedBy", m.defects,
      m.placed_by_message_id as "placedByMessageId", m.placed_by_ref as "placedByRef",
      (select t.number from message e join ticket t on t.id = e.ticket_id
        where e.id = m.placed_by_message_id
          and t.mailbox_id = (select mailbox_id from ticket where id = m.ticket_id)) as "evidenceNumber",
      m.internet_message_id as "internetMessageId", m.calendar, m.protections, o.state as "outboxState", o.due_at as "dueAt",
      o.reply_code as "replyCode", o.reply_text as "replyText", o.repeats,
      o.is_scheduled as "isScheduled", o.cancelled_by as "cancelledBy", o.answered_message_id as "answeredMessageId",
      case when u.put_aside_at is not null then 'put-aside' when u.followed_by_id is not null then 'followed'
        when u.message_id is not null then 'open' end as failure,
      coalesce((select json_agg(json_build_object('id', a.id, 'filename', a.filename, 'contentType', a.content_type,
          'sizeBytes', a.size_bytes, 'isInline', a.is_inline, 'isMinor', a.is_minor) order by a.part_index, a.id)
        from attachment a where a.message_id = m.id), '[]') as attachments,
      coalesce((select json_agg(json_build_object('address', r.address, 'state', r.state, 'reason', r.reason,
          'replyText', r.reply_text) order by r.address)
        from outbox_recipient r where r.message_id = m.id), '[]') as recipients
    from message m join ticket t on t.id = m.ticket_id
      left join message_body b on b.message_id = m.id
      left join outbox o on o.message_id = m.id
      left join undelivered u on u.message_id = m.id
    where ${inScope(scope)}
    order by m.received_at, m.id`.execute(db)
  return rows
}

/** All notes of a ticket, oldest first, or one note. */
export async function selectNotes(
  db: Db,
  scope: { ticketId: number } | { noteId: number },
): Promise<NoteRow[]> {
  const isWanted = 'ticketId' in scope ? sql`ticket_id = ${scope.ticketId}` : sql`id = ${scope.noteId}`
  const { rows } = await sql<NoteRow>`${kept}
    select id, author_id as "authorId", text, html, created_at as "createdAt", coalesce((
      select json_agg(json_build_object('agentId', agent_id, 'teamId', team_id, 'name', name, 'isSeen', is_seen)
        order by agent_id, team_id)
      from (select a.id as agent_id, null::bigint as team_id, a.name, m.seen_at is not null as is_seen
          from mention m join agent a on a.id = m.agent_id where m.note_id = note.id
        union all select null, t.id, t.name, null from team_mention m join team t on t.id = m.team_id
          where m.note_id = note.id) named), '[]') as mentions
    from note
    where ${isWanted} order by created_at, id`.execute(db)
  return rows
}

/** The history, oldest first. */
export async function selectEvents(db: Db, ticketId: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`${kept}
    select id, at, kind, agent_id as "agentId", message_id as "messageId", data from ticket_event
    where ticket_id = ${ticketId} order by at, id`.execute(db)
  return rows
}

/** The addresses that belong to a ticket, in normal form; newcomers are not among them. */
export async function selectParticipants(db: Db, ticketId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('participant')
    .select('address')
    .where('ticket_id', '=', ticketId)
    .where('kind', '<>', 'newcomer')
    .execute()
  return rows.map(row => row.address)
}

function inScope(scope: MessageScope): RawBuilder<unknown> {
  if ('messageId' in scope) return sql`m.id = ${scope.messageId}`
  const [ticketId, ...others] = scope.ticketIds
  // A plan that is kept takes a list for ten.
  return others.length === 0
    ? sql`m.ticket_id = ${ticketId}`
    : sql`m.ticket_id = any(${[...scope.ticketIds]}::bigint[])`
}
