import { sql } from 'kysely'
import type { StoredBlob } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'

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
  /** Mail of its mailbox is to be signed. */
  signsDkim: boolean
  /** Its From. */
  fromAddress: string
  /** By which key it was signed when it was handed over last; null: unsigned, or never handed over. */
  dkimKeyId: number | null
  /** Tries after an uncertain one: they carry the very bytes of that. */
  repeats: number
  /** Null for the practice mailbox. */
  smtpHost: string | null
  /** Where its bytes were when it was taken: they may be moved since. */
  bytes: StoredBlob
  recipients: string[]
  hasAccepted: boolean
  /** The mailbox had a fault of sending when this mail was taken. */
  hadMailboxFault: boolean
}

/** Who takes mail. */
export type ClaimWish = {
  instanceId: number
  claimMs: number
  /** A holder whose heartbeat is older is dead, and keeps nobody from sending. */
  deadAfterMs: number
  withPractice: boolean
  /** Mailboxes of which this node has enough in hand. */
  fullMailboxIds: readonly number[]
  /** How many of one mailbox a node has in hand at most. */
  most: number
}

/**
 * Takes the next due mails of one mailbox, in the order in which they are to be sent; none where nothing is due. People's
 * mail before automatic mail; among mailboxes the one of which this node has least in hand. One living node at a time sends
 * for a mailbox (nodes asking in the same millisecond may make it two). A mailbox whose server or account failed (`smtp-…`) is
 * tried with mail that was tried before, one at a time, when that is due again; one that is held (hold-sending.ts) not at
 * all. One statement by itself: a node frozen in a claim must hold no lock that others wait for.
 */
export async function claimMails(db: Db, claim: ClaimWish): Promise<Claim[]> {
  const { rows } = await sql<ClaimRow>`${kept}
    with chosen as (
      select b.id, fault.is_there as has_fault,
        case when fault.is_there then 1 else ${claim.most} - sending.own end as room
      from mailbox b
        cross join lateral (select coalesce(b.state_code, '') like 'smtp-%' as is_there) as fault
        cross join lateral (
          select count(*) filter (where s.claimed_by = ${claim.instanceId}) as own,
            count(*) filter (where s.claimed_by <> ${claim.instanceId} and exists (
              select from instance i where i.id = s.claimed_by
                and i.alive_at > clock_timestamp() - make_interval(secs => ${claim.deadAfterMs / 1000}))) as others
          from outbox s where s.mailbox_id = b.id and s.state = 'sending') as sending
        cross join lateral (
          select o.message_id, o.lane, o.due_at, o.attempts from outbox o
          where o.mailbox_id = b.id and o.state in ('held', 'deferred') and o.due_at <= clock_timestamp()
          order by fault.is_there and o.attempts = 0, o.lane, o.due_at, o.message_id limit 1) as mail
      where b.state = 'active' and b.removed_at is null and not b.id = any(${[...claim.fullMailboxIds]}::bigint[])
        and sending.others = 0 and sending.own < ${claim.most}
        and coalesce(b.sending_held_until, '-infinity') <= clock_timestamp()
        and (b.kind <> 'practice' or ${claim.withPractice})
        and (not fault.is_there or (sending.own = 0 and (mail.attempts > 0 or not exists (
          select 1 from outbox d where d.mailbox_id = b.id and d.state = 'deferred' and d.attempts > 0))))
      order by mail.lane, sending.own, mail.due_at, mail.message_id limit 1),
    next as (
      select o.message_id from chosen c join outbox o on o.mailbox_id = c.id
      where o.state in ('held', 'deferred') and o.due_at <= clock_timestamp()
      order by c.has_fault and o.attempts = 0, o.lane, o.due_at, o.message_id limit (select room from chosen))
    update outbox o set
      state = 'sending', step = 'connecting', attempts = o.attempts + 1, claim_no = nextval('claim_number'),
      claimed_by = ${claim.instanceId},
      claimed_until = clock_timestamp() + make_interval(secs => ${claim.claimMs / 1000})
    from next, message m, mailbox b, blob
    where o.message_id = next.message_id and o.state in ('held', 'deferred') and o.due_at <= clock_timestamp()
      and m.id = o.message_id and b.id = o.mailbox_id and blob.id = o.bytes_blob_id
    returning o.message_id as "messageId", m.ticket_id as "ticketId", o.mailbox_id as "mailboxId",
      o.claim_no as "claimNo", o.attempts, o.lane = 1 as "isAutomatic", o.due_at as "dueAt",
      coalesce(b.state_code, '') like 'smtp-%' as "hadMailboxFault", b.address as "mailboxAddress",
      coalesce(m.from_address, b.address) as "fromAddress", b.signs_dkim as "signsDkim",
      o.dkim_key_id as "dkimKeyId", o.repeats,
      b.smtp_host as "smtpHost",
      blob.id as "blobId", blob.size_bytes as "sizeBytes", blob.sha256, blob.codec, blob.place,
      (extract(epoch from clock_timestamp() - coalesce(m.sent_at, o.queued_at)) * 1000)::float8 as "ageMs",
      array(select r.address from outbox_recipient r
        where r.message_id = o.message_id and r.state = 'due' order by r.address) as recipients,
      exists (select 1 from outbox_recipient r
        where r.message_id = o.message_id
          and r.state in ('accepted', 'delayed', 'delivered', 'bounced')) as "hasAccepted"`.execute(db)
  return rows.sort(bySendingOrder).map(toClaim)
}

type ClaimRow = Omit<Claim, 'bytes'> & { dueAt: Date } & Omit<StoredBlob, 'id'> & { blobId: number }

function toClaim({ dueAt: _dueAt, blobId, sizeBytes, sha256, codec, place, ...mail }: ClaimRow): Claim {
  return { ...mail, bytes: { id: blobId, sizeBytes, sha256, codec, place } }
}

type Ordered = Pick<Claim, 'isAutomatic' | 'messageId'> & { dueAt: Date }

function bySendingOrder(one: Ordered, other: Ordered): number {
  return (
    Number(one.isAutomatic) - Number(other.isAutomatic) ||
    one.dueAt.getTime() - other.dueAt.getTime() ||
    one.messageId - other.messageId
  )
}

/** Gives back mails that were taken and not begun: each is what it was before, due at once. */
export async function giveBackClaims(
  db: Db,
  claims: readonly Pick<Claim, 'messageId' | 'claimNo'>[],
): Promise<void> {
  if (claims.length === 0) return
  const claimNos = claims.map(claim => claim.claimNo)
  await sql`
    update outbox set state = case when attempts = 1 then 'held' else 'deferred' end, step = null,
      attempts = attempts - 1, claimed_until = null
    where message_id = any(${claims.map(claim => claim.messageId)}::bigint[]) and claim_no = any(${claimNos}::bigint[])
      and state = 'sending' and step = 'connecting'`.execute(db)
}

/** A claim that enters its hand-over, with what the server said of recipients before the body. */
export type HandOver = {
  messageId: number
  claimNo: number
  /** By which key it is signed; null where it is not. */
  dkimKeyId: number | null
  /** null: nothing was said against them; clears what an earlier try heard. */
  recipients: { address: string; code: number | null; enhanced: string | null; text: string | null }[]
}

/**
 * Enters the step after which the server may have the mail, for each claim that is still ours: whoever took over another
 * decides now. One statement by itself, so committed when it returns.
 *
 * @returns the messages that entered it
 */
export async function enterHandingOver(
  db: Db,
  claims: readonly HandOver[],
  answerMs: number,
): Promise<Set<number>> {
  const { rows } = await sql<{ messageId: number }>`${kept}
    with given as materialized (
      select * from json_to_recordset(${storableJson(claims)}::json)
        as given("messageId" bigint, "claimNo" bigint, "dkimKeyId" bigint, recipients json)),
    entered as (
      update outbox o set step = 'handing_over', dkim_key_id = given."dkimKeyId",
        claimed_until = clock_timestamp() + make_interval(secs => ${answerMs / 1000})
      from given where o.message_id = given."messageId" and o.claim_no = given."claimNo"
        and o.state = 'sending' and o.step = 'connecting' and o.claimed_until > clock_timestamp()
      returning o.message_id, given.recipients),
    said as (
      update outbox_recipient r set reply_code = word.code, reply_enhanced = word.enhanced, reply_text = word.text,
        reason = null, settled_at = null
      from entered cross join lateral json_to_recordset(entered.recipients)
        as word(address text, code integer, enhanced text, text text)
      where r.message_id = entered.message_id and r.address = word.address and r.state = 'due')
    select message_id as "messageId" from entered`.execute(db)
  return new Set(rows.map(row => row.messageId))
}
