import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import { bounceReason } from '../mail/bounce-reason.ts'
import type { SmtpReply } from '../mailboxes/smtp-reply.ts'
import type { BounceReason, TicketState } from '../shared/vocabulary.ts'

/** What a claim says about one recipient. */
export type RecipientResult = {
  address: string
  state: 'due' | 'accepted' | 'failed'
  reply: SmtpReply | null
}

/** Writes what became of recipients; a reply of null clears an older one. */
export async function writeRecipients(
  tx: Tx,
  messageId: number,
  results: readonly RecipientResult[],
): Promise<void> {
  if (results.length === 0) return
  const rows = results.map(({ address, state, reply }) => ({
    address,
    state,
    reason: state === 'failed' && reply?.code ? reasonOf(reply) : null,
    code: reply?.code || null,
    enhanced: reply?.enhanced ?? null,
    text: reply?.text ?? null,
  }))
  await sql`
    update outbox_recipient r set state = given.state, reply_code = given.code,
      reply_enhanced = given.enhanced, reply_text = given.text, reason = given.reason,
      settled_at = case when given.state <> 'due' then clock_timestamp() end
    from json_to_recordset(${storableJson(rows)}::json)
      as given(address text, state text, reason text, code integer, enhanced text, text text)
    where r.message_id = ${messageId} and r.address = given.address and r.state = 'due'`.execute(tx)
}

function reasonOf({ code, enhanced, text }: SmtpReply): BounceReason {
  return bounceReason(enhanced ?? '', `${code} ${text}`)
}

/** A claimed row as its holder left it, locked. */
export type HeldRow = {
  state: string
  step: string | null
  claimNo: number | null
  replyCode: number | null
  attempts: number
}

/** `skip`: undefined where somebody holds the lock, for whom waiting is worse than coming again. */
export type WhenLocked = 'wait' | 'skip'

/** Locks one outbox row; lock its ticket first. */
export async function lockOutboxRow(
  tx: Tx,
  messageId: number,
  whenLocked: WhenLocked = 'wait',
): Promise<HeldRow | undefined> {
  return await tx
    .selectFrom('outbox')
    .select(['state', 'step', 'claim_no as claimNo', 'reply_code as replyCode', 'attempts'])
    .where('message_id', '=', messageId)
    .forUpdate()
    .$if(whenLocked === 'skip', query => query.skipLocked())
    .executeTakeFirst()
}

/** The ticket a message is in today, not locked; undefined where there is no such message. */
export async function findTicketOfMessage(tx: Tx, messageId: number): Promise<number | undefined> {
  const row = await tx
    .selectFrom('message')
    .select('ticket_id')
    .where('id', '=', messageId)
    .executeTakeFirst()
  return row?.ticket_id
}

/**
 * Locks the ticket a message is in today, before anything of the message is locked. A message that was
 * moved while this waited is followed: nothing leaves a ticket that is locked.
 */
export async function lockTicketOfMessage(tx: Tx, messageId: number, whenLocked: WhenLocked = 'wait') {
  for (;;) {
    const ticket = await lockTicketNow(tx, messageId, whenLocked)
    if (ticket === undefined) return undefined
    const now = await tx
      .selectFrom('message')
      .select('ticket_id')
      .where('id', '=', messageId)
      .executeTakeFirst()
    if (now?.ticket_id === ticket.ticketId) return ticket
  }
}

async function lockTicketNow(tx: Tx, messageId: number, whenLocked: WhenLocked) {
  return await tx
    .selectFrom('ticket')
    .innerJoin('message', 'message.ticket_id', 'ticket.id')
    .select([
      'ticket.id as ticketId',
      'ticket.mailbox_id as mailboxId',
      sql<TicketState>`ticket.state`.as('state'), // the column's check constraint
      sql<boolean>`ticket.twin_of_id is not null`.as('isTwin'),
      'ticket.assignee_id as assigneeId',
      'message.author_id as authorId',
    ])
    .where('message.id', '=', messageId)
    .forNoKeyUpdate('ticket')
    .$if(whenLocked === 'skip', query => query.skipLocked())
    .executeTakeFirst()
}

/** Where a row goes from sending. `delayMs` counts from now by the database's clock. */
export type NewState = {
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain'
  delayMs: number
  reply: SmtpReply | null
  sentCopyDelayMs: number
}

/** Writes the end of a try. */
export async function writeState(tx: Tx, messageId: number, to: NewState): Promise<void> {
  const { state, reply } = to
  const queueId = queueIdOf(reply)
  await sql`
    update outbox set state = ${state}, step = null, claimed_until = null,
      due_at = case when ${state} = 'deferred'
        then clock_timestamp() + make_interval(secs => ${to.delayMs / 1000}) else due_at end,
      settled_at = case when ${state} in ('accepted', 'failed') then clock_timestamp() end,
      uncertain_since = case when ${state} = 'uncertain' then clock_timestamp() end,
      reply_code = ${reply?.code || null}, reply_enhanced = ${reply?.enhanced ?? null},
      reply_text = ${reply?.text ?? null}, server_queue_id = coalesce(${queueId}, server_queue_id),
      sent_copy_due_at = case when ${state} = 'accepted'
        then clock_timestamp() + make_interval(secs => ${to.sentCopyDelayMs / 1000}) end
    where message_id = ${messageId}`.execute(tx)
}

/** The server's own name for the mail, where its answer says one (Postfix: `queued as …`). */
export function queueIdOf(reply: SmtpReply | null): string | null {
  return /queued as ([!-~]{1,200})/i.exec(reply?.text ?? '')?.[1] ?? null
}

/** Orders an accepted message by when the server took it, and its ticket with it; an acknowledgement raises no ticket. */
export async function writeAcceptedAt(tx: Tx, messageId: number): Promise<void> {
  await sql`
    with sent as (update message set received_at = clock_timestamp() where id = ${messageId}
      returning ticket_id, received_at, placed_by)
    update ticket set last_message_at = greatest(last_message_at, sent.received_at)
    from sent where ticket.id = sent.ticket_id and sent.placed_by <> 'acknowledgement'`.execute(tx)
}

/** Repeats the same bytes: due at once, and marked as perhaps sent twice. */
export async function writeRepeat(tx: Tx, messageId: number): Promise<void> {
  await sql`
    update outbox set state = 'deferred', due_at = clock_timestamp(), repeats = repeats + 1,
      uncertain_since = null
    where message_id = ${messageId} and state = 'uncertain'`.execute(tx)
}

/**
 * Decides the recipients of a hand-over that counts as done: those the server had taken are accepted,
 * those it had refused for good failed, those it had put off are still due.
 */
export async function acceptHandedOver(tx: Tx, messageId: number): Promise<RecipientResult[]> {
  const { rows } = await sql<{
    address: string
    state: RecipientResult['state']
    code: number | null
    enhanced: string | null
    text: string | null
  }>`
    update outbox_recipient set settled_at = clock_timestamp(),
      state = case when coalesce(reply_code, 250) < 400 then 'accepted' when reply_code < 500 then 'due'
        else 'failed' end
    where message_id = ${messageId} and state = 'due'
    returning address, state, reply_code as code, reply_enhanced as enhanced, reply_text as text`.execute(tx)
  return rows.map(({ address, state, code, enhanced, text }) => ({
    address,
    state,
    reply: code === null ? null : { code, enhanced, text: text ?? '' },
  }))
}

/** One update decides against a claim: whoever changes the row wins. */
export async function cancelHeld(tx: Tx, messageId: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update outbox set state = 'cancelled', cancelled_by = 'agent', settled_at = clock_timestamp()
    where message_id = ${messageId} and state = 'held'`.execute(tx)
  return numAffectedRows === 1n
}

/** Who asks: claims of this node outside `claimNos` are abandoned too, as after a fault in the midst. */
export type Recoverer = { instanceId: number; claimNos: readonly number[]; deadAfterMs: number }

/** Mail whose holder is dead, or whose claim ran out, or that this node no longer works on. */
export async function listAbandoned(db: Db, own: Recoverer): Promise<number[]> {
  const { rows } = await sql<{ messageId: number }>`
    select o.message_id as "messageId" from outbox o
    where ${isAbandoned(own)}
    order by o.message_id limit 100`.execute(db)
  return rows.map(row => row.messageId)
}

/** Whether a row is still abandoned, asked with its lock held. */
export async function isStillAbandoned(tx: Tx, messageId: number, own: Recoverer): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`
    select 1 as one from outbox o
    where o.message_id = ${messageId} and ${isAbandoned(own)}`.execute(tx)
  return rows.length === 1
}

function isAbandoned(own: Recoverer) {
  return sql`o.state = 'sending' and (o.claimed_until < clock_timestamp()
    or (o.claimed_by = ${own.instanceId} and not o.claim_no = any(${[...own.claimNos]}::bigint[]))
    or not exists (select 1 from instance i where i.id = o.claimed_by
      and i.alive_at > clock_timestamp() - make_interval(secs => ${own.deadAfterMs / 1000})))`
}

/** What undoing a reply gives back: its text, and how the ticket stood before. */
export async function findQueuedReply(db: Db, messageId: number) {
  const { rows } = await sql<{
    text: string
    /** Where it was queued: its message may have gone to another ticket since. */
    ticketId: number | null
    stateBefore: string | null
    stateAfter: string | null
    snoozedUntil: string | null
    snoozedBefore: string | null
    wasDeleted: boolean
  }>`
    select b.visible_text as text, e.ticket_id as "ticketId", e.data ->> 'stateBefore' as "stateBefore",
      e.data ->> 'stateAfter' as "stateAfter", e.data ->> 'snoozedUntil' as "snoozedUntil",
      e.data ->> 'snoozedBefore' as "snoozedBefore",
      coalesce((e.data ->> 'wasDeleted')::boolean, false) as "wasDeleted"
    from message_body b left join lateral (
      select ticket_id, data from ticket_event where message_id = b.message_id and kind = 'reply_queued'
      order by id limit 1) as e on true
    where b.message_id = ${messageId}`.execute(db)
  return rows[0]
}
