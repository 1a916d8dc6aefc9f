import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { bounceReason } from '../mail/bounce-reason.ts'
import type { SmtpReply } from '../mailboxes/smtp-reply.ts'
import type { BounceReason, TicketState } from '../shared/vocabulary.ts'

/** One mail taken for sending. `recipients` are those still due; `claimNo` is new with each claim. */
export type Claim = {
  messageId: number
  ticketId: number
  mailboxId: number
  claimNo: number
  /** Tries so far, this one included. */
  attempts: number
  /** Since it was first due, as its Date says. */
  ageMs: number
  isAutomatic: boolean
  mailboxAddress: string
  /** Null for the practice mailbox. */
  smtpHost: string | null
  bytesBlobId: number
  recipients: string[]
  hasAccepted: boolean
  /** The mailbox had a fault of sending when this mail was taken. */
  hadMailboxFault: boolean
}

/** What a claim says about one recipient. */
export type RecipientResult = {
  address: string
  state: 'due' | 'accepted' | 'failed'
  reply: SmtpReply | null
}

/**
 * Takes the next due mail, or undefined. People's mail before automatic mail; among mailboxes the one
 * that is sending least; at most two at once per mailbox (nodes asking in the same millisecond may make
 * it three). A mailbox whose server or account failed (`smtp-…`) is tried with mail that was tried
 * before, one at a time, when that is due again; one that is held (hold-sending.ts) not at all. One statement by itself: a node frozen in a claim
 * must hold no lock that others wait for.
 */
export async function claimNext(
  db: Db,
  claim: { instanceId: number; claimMs: number; withPractice: boolean },
): Promise<Claim | undefined> {
  const { rows } = await sql<Claim>`
    with next as (
      select mail.message_id from mailbox b
        cross join lateral (select coalesce(b.state_code, '') like 'smtp-%' as is_there) as fault
        cross join lateral (
          select count(*) as busy from outbox s where s.mailbox_id = b.id and s.state = 'sending') as sending
        cross join lateral (
          select o.message_id, o.lane, o.due_at, o.attempts from outbox o
          where o.mailbox_id = b.id and o.state in ('held', 'deferred') and o.due_at <= clock_timestamp()
          order by fault.is_there and o.attempts = 0, o.lane, o.due_at, o.message_id limit 1) as mail
      where b.state = 'active' and b.removed_at is null and sending.busy < 2
        and coalesce(b.sending_held_until, '-infinity') <= clock_timestamp()
        and (b.kind <> 'practice' or ${claim.withPractice})
        and (not fault.is_there or (sending.busy = 0 and (mail.attempts > 0 or not exists (
          select 1 from outbox d where d.mailbox_id = b.id and d.state = 'deferred' and d.attempts > 0))))
      order by mail.lane, sending.busy, mail.due_at, mail.message_id limit 1)
    update outbox o set
      state = 'sending', step = 'connecting', attempts = o.attempts + 1, claim_no = nextval('claim_number'),
      claimed_by = ${claim.instanceId},
      claimed_until = clock_timestamp() + make_interval(secs => ${claim.claimMs / 1000})
    from next, message m, mailbox b
    where o.message_id = next.message_id and o.state in ('held', 'deferred') and o.due_at <= clock_timestamp()
      and m.id = o.message_id and b.id = o.mailbox_id
    returning o.message_id as "messageId", m.ticket_id as "ticketId", o.mailbox_id as "mailboxId",
      o.claim_no as "claimNo", o.attempts, o.lane = 1 as "isAutomatic",
      coalesce(b.state_code, '') like 'smtp-%' as "hadMailboxFault", b.address as "mailboxAddress",
      b.smtp_host as "smtpHost",
      o.bytes_blob_id as "bytesBlobId",
      (extract(epoch from clock_timestamp() - coalesce(m.sent_at, o.queued_at)) * 1000)::float8 as "ageMs",
      array(select r.address from outbox_recipient r
        where r.message_id = o.message_id and r.state = 'due' order by r.address) as recipients,
      exists (select 1 from outbox_recipient r
        where r.message_id = o.message_id
          and r.state in ('accepted', 'delayed', 'delivered', 'bounced')) as "hasAccepted"`.execute(db)
  return rows[0]
}

/**
 * Enters the step after which the server may have the mail. One row, or false when the claim is no
 * longer ours: whoever took over decides now.
 */
export async function enterHandingOver(
  tx: Tx,
  claim: { messageId: number; claimNo: number },
  answerMs: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update outbox set step = 'handing_over',
      claimed_until = clock_timestamp() + make_interval(secs => ${answerMs / 1000})
    where message_id = ${claim.messageId} and claim_no = ${claim.claimNo}
      and state = 'sending' and step = 'connecting' and claimed_until > clock_timestamp()`.execute(tx)
  return numAffectedRows === 1n
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
    from json_to_recordset(${JSON.stringify(rows)}::json)
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
  const queueId = /queued as ([!-~]{1,200})/i.exec(reply?.text ?? '')?.[1] ?? null
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

/** Orders an accepted message by when the server took it (mail-core.md 8), and its ticket with it; an acknowledgement raises no ticket. */
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
  const { rows } = await sql<{ text: string; stateBefore: string | null; stateAfter: string | null }>`
    select b.visible_text as text, e.data ->> 'stateBefore' as "stateBefore",
      e.data ->> 'stateAfter' as "stateAfter"
    from message_body b left join lateral (
      select data from ticket_event where message_id = b.message_id and kind = 'reply_queued'
      order by id limit 1) as e on true
    where b.message_id = ${messageId}`.execute(db)
  return rows[0]
}
