import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { Address } from '../mail/mail-types.ts'
import { type AliasDetails, aliasDetailsOf } from '../mailboxes/alias-details.ts'
import type { OpeningHours } from '../mailboxes/opening-hours.ts'
import { OPENING_RULES, type TicketState } from '../shared/vocabulary.ts'
import { ANSWERED_KINDS } from '../tickets/kind-rules.ts'

/** What a mail out of a ticket needs to know of the ticket and its mailbox. */
export type OutgoingTicket = {
  id: number
  number: number
  subject: string
  state: TicketState
  /** Another ticket leads it. */
  isTwin: boolean
  replyKey: string
  mailboxId: number
  mailboxName: string
  mailboxAddress: string
  /** Null for the practice mailbox. */
  smtpHost: string | null
  signature: string
  aliases: AliasDetails[]
  openingHours: OpeningHours | null
  /** The From of the newest reply. */
  lastFrom: string | null
  sentCopy: 'append' | 'by_server' | 'none'
  acknowledges: boolean
  customerLanguage: string | null
}

/** The mail a reply answers. */
export type AnsweredMail = {
  messageId: number
  internetMessageId: string | null
  subject: string
  from: Address | null
  to: Address[]
  /** Whose mail it is, where an agent forwarded it to us. */
  forwardedFrom: Address | null
  receivedAt: Date
  /** Addresses it was written to, To before Cc. */
  writtenTo: string[]
  text: string
  rawBlobId: number | null
}

/** A file waiting to be sent with a reply. */
export type UploadRow = {
  id: string
  filename: string
  contentType: string
  sizeBytes: number
  blobId: number
}

/** A mailbox as what a mail goes out of that begins a ticket; undefined where it was removed. */
export async function findOutgoingMailbox(
  db: Db,
  mailboxId: number,
): Promise<Omit<OutgoingTicket, 'id' | 'number' | 'replyKey' | 'subject' | 'customerLanguage'> | undefined> {
  const row = await db
    .selectFrom('mailbox')
    .select(['id', 'name', 'address', 'smtp_host', 'signature', 'sent_copy', 'acknowledges', 'aliases'])
    .select(['alias_details', 'opening_hours'])
    .where('id', '=', mailboxId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    state: 'open',
    isTwin: false,
    lastFrom: null,
    mailboxId: row.id,
    mailboxName: row.name,
    mailboxAddress: row.address,
    smtpHost: row.smtp_host,
    signature: row.signature,
    sentCopy: row.sent_copy as OutgoingTicket['sentCopy'], // the column's check constraint
    acknowledges: row.acknowledges,
    aliases: aliasDetailsOf(row),
    openingHours: row.opening_hours as OpeningHours | null, // the API's schema let nothing else in
  }
}

/** The ticket with its mailbox; undefined when it does not exist or its mailbox was removed. */
export async function findOutgoingTicket(db: Db, ticketId: number): Promise<OutgoingTicket | undefined> {
  const { rows } = await sql<OutgoingTicket & { addresses: string[] }>`${kept}
    select t.id, t.number, t.subject, t.state, t.twin_of_id is not null as "isTwin", t.reply_key as "replyKey", t.mailbox_id as "mailboxId",
      b.name as "mailboxName", b.address as "mailboxAddress", b.smtp_host as "smtpHost", b.signature, b.sent_copy as "sentCopy",
      b.acknowledges, b.aliases as addresses, b.alias_details as aliases, b.opening_hours as "openingHours",
      c.language as "customerLanguage", (
        select m.from_address from message m
        where m.ticket_id = t.id and m.direction = 'outbound' and m.author_id is not null
        order by m.received_at desc, m.id desc limit 1) as "lastFrom"
    from ticket t join mailbox b on b.id = t.mailbox_id left join customer c on c.id = t.customer_id
    where t.id = ${ticketId} and b.removed_at is null`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { addresses, aliases, ...ticket } = row
  return { ...ticket, aliases: aliasDetailsOf({ aliases: addresses, alias_details: aliases }) }
}

/**
 * The mail a reply answers, by the same order as its default recipients: the one the agent chose; else a person's
 * mail before a robot's, never a newcomer's or that of a sender who failed the check: their words must not be
 * quoted to others. Where nobody has written yet, our own newest that was not taken back, so that the two are one thread.
 */
export async function findAnsweredMail(
  db: Db,
  ticketId: number,
  chosenId: number | null = null,
): Promise<AnsweredMail | undefined> {
  const isAnswered =
    chosenId === null
      ? sql`m.side_thread_id is null and (m.direction = 'inbound' and not m.is_newcomer
          and (m.sender_grade is distinct from 'failed' or m.placed_by = any(${[...OPENING_RULES]}::text[]))
        or m.direction = 'outbound' and (m.author_id is not null or m.is_from_mail_program) and not exists (
          select from outbox o where o.message_id = m.id and o.state = 'cancelled'))`
      : sql`m.id = ${chosenId}`
  const { rows } = await sql<AnsweredRow>`${kept}
    select m.id as "messageId", m.internet_message_id as "internetMessageId", m.subject, m.from_name as name,
      m.from_address as address, m.forwarded_name as "forwardedName", m.forwarded_address as "forwardedAddress",
      m.to_addresses as "to", m.received_at as "receivedAt", array(
        select one ->> 'address' from jsonb_array_elements(m.to_addresses || m.cc_addresses) one) as "writtenTo",
      b.text, m.raw_blob_id as "rawBlobId"
    from message m join message_body b on b.message_id = m.id
    where m.ticket_id = ${ticketId} and ${isAnswered} and m.kind = any(${[...ANSWERED_KINDS]}::text[])
    order by (m.direction = 'inbound') desc, (m.kind = 'person') desc, m.received_at desc, m.id desc limit 1`.execute(
    db,
  )
  const row = rows[0]
  if (row === undefined) return undefined
  const { name, address, forwardedName, forwardedAddress, ...mail } = row
  return {
    ...mail,
    from: address === null ? null : { name, address },
    forwardedFrom: forwardedAddress === null ? null : { name: forwardedName, address: forwardedAddress },
  }
}

type AnsweredRow = Omit<AnsweredMail, 'from' | 'forwardedFrom'> & {
  name: string | null
  address: string | null
  forwardedName: string | null
  forwardedAddress: string | null
}

/** What sending asks of its agent: their name, the zone of the dates they quote, and how long a reply can be taken back. */
export type Sender = { name: string; signature: string; timeZone: string; undoMs: number }

/** The agent who sends. @throws RangeError where there is none of this id */
export async function getSender(db: Db, agentId: number): Promise<Sender> {
  const { rows } = await sql<Sender>`${kept}
    select name, signature, time_zone as "timeZone", undo_seconds * 1000 as "undoMs" from agent
    where id = ${agentId}`.execute(db)
  const [sender] = rows
  if (sender === undefined) throw new RangeError(`agent ${agentId}, who sends, is missing`)
  return sender
}

/** The agent's own uploads of these ids, in no order. */
export async function listUploads(db: Db, agentId: number, ids: readonly string[]): Promise<UploadRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<UploadRow>`
    select id, filename, content_type as "contentType", size_bytes as "sizeBytes", blob_id as "blobId"
    from upload where agent_id = ${agentId} and id = any(${[...ids]}::uuid[])`.execute(db)
  return rows
}

/** Takes uploads away as they become attachments; gives back how many were still there. */
export async function takeUploads(tx: Tx, agentId: number, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { rows } = await sql<{ id: string }>`
    delete from upload where agent_id = ${agentId} and id = any(${[...ids]}::uuid[]) returning id`.execute(tx)
  return rows.length
}

/**
 * Now, and when a mail is due: at the end of the undo window or at `sendAt`, whichever is later. The next
 * whole second, as a Date header has no parts.
 */
export async function readDueTime(
  db: Db,
  { undoMs, sendAt }: { undoMs: number; sendAt: Date | null },
): Promise<{ queuedAt: Date; windowEndsAt: Date; dueAt: Date }> {
  const { rows } = await sql<{ queuedAt: Date; windowEndsAt: Date; dueAt: Date }>`${kept}
    select now as "queuedAt", date_trunc('second', window_end + interval '999 ms') as "windowEndsAt",
      date_trunc('second', greatest(window_end, ${sendAt}::timestamptz) + interval '999 ms') as "dueAt"
    from (select date_trunc('milliseconds', clock_timestamp()) as now) as clock,
      lateral (select now + make_interval(secs => ${undoMs / 1000}) as window_end) as hold`.execute(db)
  const row = rows[0]
  if (row === undefined) throw new RangeError('the database gave no time')
  return row
}

/** The outbox row of a new message, held until it is due, with one row for each RCPT. */
export async function insertOutbox(
  tx: Tx,
  row: {
    messageId: number
    mailboxId: number
    dueAt: Date
    isScheduled: boolean
    lane: number
    bytesBlobId: number
    answeredMessageId: number | null
    sentCopy: string
  },
  addresses: readonly string[],
): Promise<void> {
  await sql`${kept}
    with entered as (
      insert into outbox (message_id, mailbox_id, due_at, is_scheduled, lane, bytes_blob_id, answered_message_id, sent_copy)
      values (${row.messageId}, ${row.mailboxId}, ${row.dueAt}, ${row.isScheduled}, ${row.lane}, ${row.bytesBlobId},
        ${row.answeredMessageId}, ${row.sentCopy})
      returning message_id)
    insert into outbox_recipient (message_id, address)
    select message_id, address from entered cross join unnest(${[...addresses]}::text[]) as address`.execute(
    tx,
  )
}
