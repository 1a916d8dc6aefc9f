import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { SmtpReply } from '../mailboxes/smtp-reply.ts'
import { queueIdOf } from './sending.queries.ts'

/** A mail its server took for all who were due. */
export type AcceptedMail = { messageId: number; claimNo: number; reply: SmtpReply; sentCopyDelayMs: number }

/** An acceptance that was written. `isNews`: its mailbox does not know yet that it sends, or not of this second. */
export type WrittenAcceptance = { messageId: number; mailboxId: number; isNews: boolean }

/**
 * Writes acceptances in one statement, so all or none: outbox, recipients, message, ticket, history and hints, as
 * writeState, writeRecipients, writeAcceptedAt and writeTicketEvents do for one mail. Tickets are locked in ascending
 * id, each before its message, as everywhere, so that none waits for another in a circle; a message that is moved
 * meanwhile is left out, as are mails whose claim another has and those of which nobody knew the fate meanwhile:
 * somebody may have been asked about them.
 */
export async function writeAcceptances(db: Db, mails: readonly AcceptedMail[]): Promise<WrittenAcceptance[]> {
  const given = mails.map(({ reply, ...mail }) => ({ ...mail, ...wordsOf(reply) }))
  const { rows } = await sql<WrittenAcceptance>`${kept}
    with given as materialized (
      select * from json_to_recordset(${storableJson(given)}::json) as given("messageId" bigint, "claimNo" bigint,
        "sentCopyDelayMs" float8, code integer, enhanced text, text text, "queueId" text)),
    locked as materialized (
      select m.id as message_id, t.id as ticket_id
      from given g join message m on m.id = g."messageId" join ticket t on t.id = m.ticket_id
      order by t.id, m.id for no key update of t, m),
    accepted as (
      update outbox o set state = 'accepted', step = null, claimed_until = null, uncertain_since = null,
        settled_at = clock_timestamp(), reply_code = g.code, reply_enhanced = g.enhanced, reply_text = g.text,
        server_queue_id = coalesce(g."queueId", o.server_queue_id),
        sent_copy_due_at = clock_timestamp() + make_interval(secs => g."sentCopyDelayMs" / 1000)
      from given g join locked on locked.message_id = g."messageId"
      where o.message_id = g."messageId" and o.claim_no = g."claimNo" and o.state = 'sending'
      returning o.message_id, o.mailbox_id, locked.ticket_id, g.code, g.enhanced, g.text),
    recipients as (
      update outbox_recipient r set state = 'accepted', settled_at = clock_timestamp(), reason = null,
        reply_code = a.code, reply_enhanced = a.enhanced, reply_text = a.text
      from accepted a where r.message_id = a.message_id and r.state = 'due'),
    sent as (
      update message m set received_at = clock_timestamp() from accepted a where m.id = a.message_id
      returning m.ticket_id, m.received_at, m.placed_by),
    raised as (
      update ticket t set version = t.version + 1, last_message_at = greatest(t.last_message_at, newest.at)
      from (select ticket_id, max(received_at) filter (where placed_by <> 'acknowledgement') as at
        from sent group by ticket_id) as newest
      where t.id = newest.ticket_id
      returning t.id, t.mailbox_id, t.version),
    history as (
      insert into ticket_event (ticket_id, kind, message_id, data, at)
      select ticket_id, 'reply_accepted', message_id, '{}', clock_timestamp() from accepted order by message_id),
    hinted as (
      insert into live_event (mailbox_id, ticket_id, kind, version)
      select mailbox_id, id, 'reply_accepted', version from raised order by id)
    select a.message_id as "messageId", a.mailbox_id as "mailboxId", exists (
      select from mailbox b where b.id = a.mailbox_id and (b.state_code like 'smtp-%'
        or coalesce(b.sent_at, '-infinity') < clock_timestamp() - interval '1 second')) as "isNews"
    from accepted a`.execute(db)
  return rows
}

function wordsOf(reply: SmtpReply) {
  const { code, enhanced, text } = reply
  return { code: code || null, enhanced, text, queueId: queueIdOf(reply) }
}
