import { setTimeout as wait } from 'node:timers/promises'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import { isDatabaseTrouble } from '../db/faults.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { createTally } from '../lib/tally.ts'
import { passed } from '../lib/transitions.ts'
import { envelopeAddress } from '../mail/address.ts'
import type { MailAccount, PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import type { SendingLimits } from '../mailboxes/mail-providers.ts'
import { noteFault, noteSent } from '../mailboxes/mailbox-state.ts'
import { type MailSignature, type SigningWish, signMail } from '../mailboxes/signing-key.ts'
import type { Refusal, SmtpOutcome } from '../mailboxes/smtp-connection.ts'
import { SmtpRefused } from '../mailboxes/smtp-reply.ts'
import { type Claim, giveBackClaims, type HandOver } from './claim-mails.queries.ts'
import type { GatheredWrites } from './gathered-writes.ts'
import { holdAtLimits, holdSending } from './hold-sending.ts'
import { releaseMailbox } from './release-deferred.queries.ts'
import { settleDelivery } from './settle-delivery.ts'
import { decideSettlement, type Settlement, type TryEnd } from './settle-rule.ts'
import type { SmtpSession, SmtpSessions } from './smtp-sessions.ts'

const persistEveryMs = 500

/** What sending uses. */
export type DeliveryContext = {
  db: Db
  bells: Bells
  blobs: BlobStore
  keys: KeyRing
  log: Log
  clock: Clock
  trust: Trust
  /** The practice servers of this process, null while there are none. */
  practice: () => PracticeServers | null
  sessions: SmtpSessions
  writes: GatheredWrites
  /** 0 to 1: spreads retries. */
  random: () => number
  timing: DeliveryTiming
  /** What the provider behind a submission server allows, where that is known. */
  limitsOf: (smtpHost: string | null) => SendingLimits | undefined
}

/** All in ms; the defaults are in `sendingTiming`. */
export type DeliveryTiming = {
  /** Life of a claim until the hand-over. Only half of it may pass before the final dot. */
  claimMs: number
  /** Life of a claim from the hand-over on: longer than the client waits for the answer. */
  answerMs: number
  sentCopyDelayMs: number
  /** For how long a mail is tried. */
  patienceMs: number
}

/**
 * A claimed mail with the moment before its claim was asked for, on our monotonic clock, and the account of its mailbox,
 * which is read once for the mails that were taken together: those that wait are given back where somebody changes it.
 */
export type ClaimedMail = { claim: Claim; claimedAtMs: number; account: () => Promise<MailAccount> }

/**
 * What a delivery says of the mails that wait behind it: they may go, or their mailbox is to be looked at anew. `one-less`:
 * the server takes no session more beside those it has, and the mail was not begun.
 */
export type Onwards = 'go-on' | 'let-go' | 'one-less'

/** A delivery whose session is free again. `written`: when its end is in the database; it rejects where that failed. */
export type Delivery = { onwards: Onwards; written: Promise<unknown> }

/**
 * Sends one claimed mail and writes what became of it. Before the final dot the step `handing_over` is committed under
 * our claim; without that commit, or after half of the claim's life, the connection is dropped without the dot: SMTP
 * knows no fence, so who lost the claim must not send. An acceptance that says nothing of the mailbox's other mail is
 * written while the next one goes.
 *
 * @param isStopping asked before the final dot: a stopping node lets go
 * @returns `let-go` where what happened concerns other mail of the mailbox too
 */
export async function deliverMessage(
  context: DeliveryContext,
  mail: ClaimedMail,
  isStopping: () => boolean,
): Promise<Delivery> {
  const { claim } = mail
  const { end, session } = await tryToSend(context, mail, isStopping)
  if (end.end === 'answered') passed('reply-answered')
  if (isOneTooMany(context, claim, end)) {
    await giveBackClaims(context.db, [claim])
    return { onwards: 'one-less', written: Promise.resolve() }
  }
  const outcome = { end, settlement: settle(context, claim, end) }
  const writing = writeOutcome(context, claim, outcome)
  if (!concernsOthers(context, claim, outcome)) {
    if (session !== undefined) context.sessions.keep(session)
    return { onwards: 'go-on', written: writing }
  }
  try {
    return { onwards: await writing, written: writing }
  } finally {
    if (session !== undefined) context.sessions.keep(session)
  }
}

/**
 * Whether other mail of the mailbox must wait for how this one ended: all but an acceptance where nothing else is to be
 * known.
 */
function concernsOthers({ limitsOf }: DeliveryContext, claim: Claim, { settlement }: Outcome): boolean {
  const isPlain = settlement.state === 'accepted' && settlement.problem === null && settlement.hold === null
  return !isPlain || claim.hadMailboxFault || limitsOf(claim.smtpHost) !== undefined
}

/** A server that takes other mail of the mailbox at this moment, and no session more: that says nothing of the mail. */
function isOneTooMany({ sessions }: DeliveryContext, { mailboxId }: Claim, end: TryEnd): boolean {
  if (end.end !== 'not-opened' || sessions.countOpen(mailboxId) === 0) return false
  return end.fault instanceof SmtpRefused && end.fault.reply.code < 500
}

/** How the tries of this process to send ended. */
export const sentTally = createTally()

type Outcome = { end: TryEnd; settlement: Settlement }

async function writeOutcome(
  context: DeliveryContext,
  claim: Claim,
  { end, settlement }: Outcome,
): Promise<Onwards> {
  const { db, log, bells } = context
  const serverMessageId = end.end === 'answered' ? end.serverMessageId : null
  const isWritten = await persist(context, async () => {
    // Before the mail is anybody's to claim: nothing of the mailbox is tried between the two.
    if (settlement.problem) await noteFault(db, claim.mailboxId, settlement.problem)
    if (settlement.hold) await holdSending(db, claim.mailboxId, settlement.hold)
    return await writeSettlement(context, claim, { settlement, serverMessageId })
  })
  const facts = { messageId: claim.messageId, mailboxId: claim.mailboxId, attempt: claim.attempts }
  const { state, reply } = settlement
  const outcome = { state, code: reply?.code, enhanced: reply?.enhanced }
  if (!isWritten) {
    log.warn({ ...facts, ...outcome }, 'claim was lost, another holder decides')
    return 'let-go'
  }
  const isHeld = state === 'accepted' && (await noteWorking(context, claim))
  sentTally.count(state)
  log.info({ ...facts, ticketId: claim.ticketId, ...outcome }, 'mail handed to its server')
  bells.ring('live')
  return isHeld || isOfMailbox(settlement, end) ? 'let-go' : 'go-on'
}

function isOfMailbox({ problem, hold }: Settlement, { end }: TryEnd): boolean {
  return problem !== null || hold !== null || end === 'withheld'
}

/** A mail that was taken for every recipient, under its own id, goes the short way, together with others. */
async function writeSettlement(
  { db, writes, timing: { sentCopyDelayMs } }: DeliveryContext,
  claim: Claim,
  { settlement, serverMessageId }: { settlement: Settlement; serverMessageId: string | null },
): Promise<boolean> {
  const { messageId, claimNo } = claim
  const { state, reply, recipients } = settlement
  const isForAll = state === 'accepted' && recipients.every(one => one.state === 'accepted')
  if (isForAll && reply !== null && recipients.length > 0 && serverMessageId === null) {
    if (await writes.accept({ messageId, claimNo, reply, sentCopyDelayMs })) return true
  }
  const isWritten = await settleDelivery(db, claim, settlement, { sentCopyDelayMs, serverMessageId })
  if (isWritten && state === 'accepted') await noteSent(db, [claim.mailboxId])
  return isWritten
}

/** What waited for the mailbox to work again goes at once. @returns whether its provider takes no more for now */
async function noteWorking({ db, limitsOf }: DeliveryContext, claim: Claim): Promise<boolean> {
  const isHeld = await holdAtLimits(db, claim, limitsOf(claim.smtpHost))
  if (claim.hadMailboxFault) await releaseMailbox(db, claim.mailboxId)
  return isHeld
}

/**
 * A database that restarts, has no room or keeps a lock must not make us forget what the server said: tries again, for
 * as long as a claim lives after the hand-over.
 */
async function persist<Result>(context: DeliveryContext, work: () => Promise<Result>): Promise<Result> {
  const startedAtMs = context.clock.monotonicMs()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const isOver = context.clock.monotonicMs() - startedAtMs > context.timing.answerMs
      if (isOver || !isDatabaseTrouble(error)) throw error
      context.log.warn({ err: describeError(error) }, 'the outcome of a mail waits for the database')
    }
    await wait(persistEveryMs)
  }
}

/** `session`: where the server took the mail and may take another. */
type Try = { end: TryEnd; session?: SmtpSession }

async function tryToSend(
  context: DeliveryContext,
  mail: ClaimedMail,
  isStopping: () => boolean,
): Promise<Try> {
  const { claim } = mail
  const bytes = await readBytes(context, claim)
  if (!Buffer.isBuffer(bytes)) return { end: bytes }
  try {
    const account = await mail.account()
    const signature = isToBeSigned(claim) ? await signMail(context, signingWish(claim, bytes)) : null
    return await sendBy(context, { mail, account, bytes, signature, isStopping })
  } catch (error) {
    return { end: { end: 'not-opened', ...readOpenFault(error) } }
  }
}

/** A repeat of what its server may have had is what it was then: signed by that key, or not. */
function isToBeSigned({ signsDkim, dkimKeyId, repeats }: Claim): boolean {
  return repeats > 0 ? dkimKeyId !== null : signsDkim
}

function signingWish(
  { mailboxId, fromAddress: from, dkimKeyId, repeats }: Claim,
  bytes: Buffer,
): SigningWish {
  return { mailboxId, from, bytes, keyId: repeats > 0 ? dkimKeyId : null }
}

type Sending = {
  mail: ClaimedMail
  account: MailAccount
  bytes: Buffer
  signature: MailSignature | null
  isStopping: () => boolean
}

/** Once more where a kept session had ended before the mail was handed over: that says nothing of the mail. */
async function sendBy(context: DeliveryContext, sending: Sending): Promise<Try> {
  const { mail, account, bytes, signature } = sending
  const { claim } = mail
  const session = await context.sessions.open(account, context.trust)
  // Automatic mail has the null sender, so that no robot can answer it (RFC 3834 §3.3).
  const from = claim.isAutomatic ? null : envelopeAddress(claim.mailboxAddress)
  const recipients = claim.recipients.map(envelopeAddress)
  let isHandedOver = false
  const wish = { from, recipients, bytes, above: signature?.field }
  const end = await session.connection.send(wish, refusals => {
    isHandedOver = true
    return handOver(context, sending, refusals)
  })
  if (end.end === 'answered' && end.reply.code < 400) return { end, session }
  context.sessions.drop(session)
  return session.isKept && !isHandedOver && hasEnded(end) ? await sendBy(context, sending) : { end }
}

function hasEnded(end: SmtpOutcome): boolean {
  return end.end === 'lost' || (end.end === 'answered' && end.reply.code === 421)
}

/** Bytes that cannot be read are this mail's trouble: the others of its mailbox must not wait for it. */
async function readBytes({ blobs }: DeliveryContext, claim: Claim): Promise<Buffer | TryEnd> {
  try {
    return await blobs.readFound(claim.bytes)
  } catch (error) {
    return { end: 'no-bytes', fault: readOpenFault(error).fault }
  }
}

/** The last step in which letting go is harmless. Throws when the dot must not be sent. */
async function handOver(
  context: DeliveryContext,
  { mail: { claim, claimedAtMs }, signature, isStopping }: Sending,
  refusals: readonly Refusal[],
): Promise<void> {
  if (isStopping()) throw new LetGo('this node stops')
  const isEntered = await context.writes.enter(sayOf(claim, signature, refusals))
  if (!isEntered) throw new LetGo('another node has taken this mail')
  passed('reply-handed-over')
  // After the commit: a process stopped in between wakes up here and must not go on.
  if (context.clock.monotonicMs() - claimedAtMs > context.timing.claimMs / 2) {
    throw new LetGo('half of the claim has passed')
  }
}

/** Keeps the final dot from being sent: the try ends as `withheld`. */
class LetGo extends Error {}

/** Of a first try without a refusal there is nothing to write, and nothing to clear. */
function sayOf(
  { messageId, claimNo, attempts, recipients }: Claim,
  signature: MailSignature | null,
  refusals: readonly Refusal[],
): HandOver {
  const dkimKeyId = signature?.keyId ?? null
  if (attempts === 1 && refusals.length === 0) return { messageId, claimNo, dkimKeyId, recipients: [] }
  const said = new Map(refusals.map(({ recipient, reply }) => [recipient, reply]))
  const words = recipients.map(address => {
    const reply = said.get(address)
    return {
      address,
      code: reply?.code || null,
      enhanced: reply?.enhanced ?? null,
      text: reply?.text ?? null,
    }
  })
  return { messageId, claimNo, dkimKeyId, recipients: words }
}

function settle(context: DeliveryContext, claim: Claim, end: TryEnd): Settlement {
  const { patienceMs } = context.timing
  return decideSettlement(end, { ...claim, patienceMs, random: context.random() })
}

/** What stands between us and the server: its refusal, the network, or our own lack of a password. */
function readOpenFault(error: unknown): Omit<TryEnd & { end: 'not-opened' }, 'end'> {
  if (error instanceof SmtpRefused) return { stage: error.stage, fault: error }
  if (error instanceof RemoteFault) return { stage: 'connect', fault: error }
  const code = error instanceof AppError ? error.code : 'internal-error'
  const fault = new RemoteFault(code, describeError(error), { retry: true }, { cause: error })
  return { stage: 'sign-in', fault }
}
