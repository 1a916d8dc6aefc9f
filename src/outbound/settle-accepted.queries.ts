import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { SmtpReply } from '../mailboxes/smtp-reply.ts'
import { queueIdOf } from './sending.queries.ts'

/** A mail its server took for all who were due. */
export type AcceptedMail = { messageId: number; claimNo: number; reply: SmtpReply; sentCopyDelayMs: number }

/** Where an accepted mail is. */
export type AcceptedPlace = { messageId: number; ticketId: number; mailboxId: number }

/** Locks the tickets that messages are in, in ascending id. Nothing leaves a locked ticket. */
export async function lockTicketsOf(tx: Tx, messageIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ messageId: number; ticketId: number }>`${kept}
    select m.id as "messageId", t.id as "ticketId" from ticket t join message m on m.ticket_id = t.id
    where m.id = any(${[...messageIds]}::bigint[]) order by t.id for no key update of t`.execute(tx)
  return new Map(rows.map(row => [row.messageId, row.ticketId]))
}

/**
 * Writes acceptances in one statement: outbox, recipients, message and ticket, as writeState, writeRecipients and
 * writeAcceptedAt do for one mail. Left out are mails whose claim another has, and those that were moved out of the ticket
 * that is locked.
 */
export async function writeAcceptances(
  tx: Tx,
  mails: readonly (AcceptedMail & { ticketId: number })[],
): Promise<AcceptedPlace[]> {
  const given = mails.map(({ reply, ...mail }) => ({ ...mail, ...wordsOf(reply) }))
  const { rows } = await sql<AcceptedPlace>`${kept}
    with given as materialized (
      select * from json_to_recordset(${storableJson(given)}::json) as given("messageId" bigint, "claimNo" bigint,
        "ticketId" bigint, "sentCopyDelayMs" float8, code integer, enhanced text, text text, "queueId" text)),
    accepted as (
      update outbox o set state = 'accepted', step = null, claimed_until = null, uncertain_since = null,
        settled_at = clock_timestamp(), reply_code = g.code, reply_enhanced = g.enhanced, reply_text = g.text,
        server_queue_id = coalesce(g."queueId", o.server_queue_id),
        sent_copy_due_at = clock_timestamp() + make_interval(secs => g."sentCopyDelayMs" / 1000)
      from given g, message m
      where o.message_id = g."messageId" and o.claim_no = g."claimNo" and o.state in ('sending', 'uncertain')
        and m.id = o.message_id and m.ticket_id = g."ticketId"
      returning o.message_id, o.mailbox_id, m.ticket_id, g.code, g.enhanced, g.text),
    recipients as (
      update outbox_recipient r set state = 'accepted', settled_at = clock_timestamp(), reason = null,
        reply_code = a.code, reply_enhanced = a.enhanced, reply_text = a.text
      from accepted a where r.message_id = a.message_id and r.state = 'due'),
    sent as (
      update message m set received_at = clock_timestamp() from accepted a where m.id = a.message_id
      returning m.ticket_id, m.received_at, m.placed_by),
    raised as (
      update ticket t set last_message_at = greatest(t.last_message_at, newest.at)
      from (select ticket_id, max(received_at) as at from sent
        where placed_by <> 'acknowledgement' group by ticket_id) as newest
      where t.id = newest.ticket_id)
    select message_id as "messageId", ticket_id as "ticketId", mailbox_id as "mailboxId" from accepted
    order by message_id`.execute(tx)
  return rows
}

function wordsOf(reply: SmtpReply) {
  const { code, enhanced, text } = reply
  return { code: code || null, enhanced, text, queueId: queueIdOf(reply) }
}
