import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { TransactionRestart } from '../db/faults.ts'
import { passed } from '../lib/transitions.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { lockWithTwins } from '../tickets/lock-twins.ts'
import { type AuthorPlace, returnToAuthor } from '../tickets/return-to-author.ts'
import { writeThreadRefs } from '../tickets/thread-refs.ts'
import { type TicketEvent, writeTicketEvents } from '../tickets/ticket-events.ts'
import { forgetDoubt } from '../tickets/undelivered.ts'
import type { Claim } from './claim-mails.queries.ts'
import {
  findTicketOfMessage,
  type HeldRow,
  lockOutboxRow,
  lockTicketOfMessage,
  type RecipientResult,
  writeAcceptedAt,
  writeRecipients,
  writeState,
} from './sending.queries.ts'
import type { Settlement } from './settle-rule.ts'

/** A message's ticket, locked, and who wrote the message (null: automatic mail). */
export type LockedPlace = AuthorPlace & {
  mailboxId: number
  state: TicketState
  /** Another ticket leads it. */
  isTwin: boolean
}

export type SettleOptions = {
  /** How long to let a server that files sent mail by itself do so before we look and append. */
  sentCopyDelayMs: number
  /** An id the server put in place of ours (SES, Microsoft 365); it becomes one of the message's own. */
  serverMessageId: string | null
}

/**
 * Writes the end of a try, if the claim is still ours; also when it was meanwhile called uncertain, as a
 * word of the server decides that. Message, recipients, history and ticket change together.
 *
 * @returns whether it was written; false when another holder has the mail now
 */
export async function settleDelivery(
  db: Db,
  claim: Pick<Claim, 'messageId' | 'claimNo'>,
  settlement: Settlement,
  options: SettleOptions,
): Promise<boolean> {
  const isWritten = await inTransaction(db, async tx => {
    const place = await lockPlace(tx, claim.messageId)
    const row = await lockOutboxRow(tx, claim.messageId)
    if (place === undefined || row === undefined || !isOurs(row, claim.claimNo, settlement)) return false
    if (row.state === 'uncertain') await forgetDoubt(tx, claim.messageId)
    await writeRecipients(tx, claim.messageId, settlement.recipients)
    await writeState(tx, claim.messageId, { ...settlement, ...options })
    if (settlement.state === 'accepted')
      await writeAccepted(tx, place, claim.messageId, options.serverMessageId)
    await writeTicketEvents(tx, eventsOf(place, claim.messageId, settlement, row))
    const failed = settlement.recipients.filter(one => one.state === 'failed')
    if (failed.length > 0 || settlement.state === 'failed') {
      await returnToAuthor(tx, { ...place, messageId: claim.messageId })
    }
    passed(POINTS[settlement.state].before)
    return true
  })
  if (isWritten) passed(POINTS[settlement.state].after)
  return isWritten
}

const POINTS = {
  accepted: { before: 'reply-accepting', after: 'reply-accepted' },
  deferred: { before: 'reply-deferring', after: 'reply-deferred' },
  failed: { before: 'reply-failing', after: 'reply-failed' },
  uncertain: { before: 'reply-doubting', after: 'reply-doubted' },
} as const

/**
 * Locks the ticket of a message, with its twins, before anything of the message, as every transaction
 * here does that may change the ticket's state.
 */
export async function lockPlace(tx: Tx, messageId: number): Promise<LockedPlace | undefined> {
  const ticketId = await findTicketOfMessage(tx, messageId)
  if (ticketId === undefined) return undefined
  await lockWithTwins(tx, { ids: [ticketId] })
  const place = await lockTicketOfMessage(tx, messageId)
  if (place?.ticketId !== ticketId) throw new TransactionRestart('the message was moved to another ticket')
  return place
}

/** The event `reply_failed` with the server's words for each recipient. */
export function failedEvent(
  place: LockedPlace,
  messageId: number,
  failed: readonly RecipientResult[],
): TicketEvent {
  const recipients = failed.map(({ address, reply }) => ({
    address,
    code: reply?.code || null,
    text: reply?.text ?? null,
  }))
  return { ticketId: place.ticketId, kind: 'reply_failed', messageId, data: { recipients } }
}

function isOurs(row: HeldRow, claimNo: number, settlement: Settlement): boolean {
  if (row.claimNo !== claimNo) return false
  if (row.state === 'sending') return true
  const isWord = settlement.state === 'accepted' || settlement.state === 'failed'
  return row.state === 'uncertain' && isWord
}

async function writeAccepted(
  tx: Tx,
  place: LockedPlace,
  messageId: number,
  serverMessageId: string | null,
): Promise<void> {
  await writeAcceptedAt(tx, messageId)
  const id = ownedId(serverMessageId)
  if (id === null) return
  await writeThreadRefs(tx, [{ mailboxId: place.mailboxId, messageId, id, owned: true }])
}

/** The id a server gave a mail of ours, without brackets; null where it gave none. */
function ownedId(serverMessageId: string | null): string | null {
  return serverMessageId?.replace(/[<>\s]/g, '') || null
}

function eventsOf(
  place: LockedPlace,
  messageId: number,
  { state, reply, recipients }: Settlement,
  before: HeldRow,
): TicketEvent[] {
  const event = { ticketId: place.ticketId, messageId }
  const failed = recipients.filter(one => one.state === 'failed')
  const events: TicketEvent[] = failed.length > 0 ? [failedEvent(place, messageId, failed)] : []
  const data = { code: reply?.code || null, text: reply?.text ?? null }
  if (state === 'accepted') events.push({ ...event, kind: 'reply_accepted' })
  if (state === 'uncertain') events.push({ ...event, kind: 'reply_uncertain', data })
  if (state === 'failed' && failed.length === 0) events.push({ ...event, kind: 'reply_failed', data })
  // A line for the first delay and for each new reason, not for every hour of five days.
  const isNews = before.replyCode !== (reply?.code || null) || before.attempts === 1
  if (state === 'deferred' && reply !== null && isNews) {
    events.push({ ...event, kind: 'reply_deferred', data })
  }
  return events
}
