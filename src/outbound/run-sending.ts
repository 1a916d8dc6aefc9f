import { setTimeout as wait } from 'node:timers/promises'
import { instanceSilenceMs } from '../db/instances.ts'
import { describeError } from '../lib/app-error.ts'
import { repeatWork } from '../lib/repeat-work.ts'
import { passed } from '../lib/transitions.ts'
import { loadAccount } from '../mailboxes/account.ts'
import { sendingLimits } from '../mailboxes/sending-limits.ts'
import { type ClaimWish, claimMails, giveBackClaims } from './claim-mails.queries.ts'
import { type DeliveryContext, type DeliveryTiming, deliverMessage } from './deliver-message.ts'
import { gatherWrites } from './gathered-writes.ts'
import { missingForMs, reconcileUncertain } from './reconcile-uncertain.ts'
import { recoverAbandoned } from './recover-abandoned.ts'
import { releaseOnePerMailbox } from './release-deferred.queries.ts'
import { createLanes, type SendingLanes } from './sending-lanes.ts'
import { copyToSent } from './sent-copy.ts'
import { createSmtpSessions } from './smtp-sessions.ts'

/** All in ms. */
export type SendingTiming = DeliveryTiming & {
  pollMs: number
  /** A holder whose heartbeat is older is dead. */
  deadAfterMs: number
  reconcileEveryMs: number
  missingForMs: number
  /** How long `stop` waits for answers to final dots. */
  stopMs: number
}

export type SendingOptions = Omit<DeliveryContext, 'timing' | 'limitsOf' | 'sessions' | 'writes'> & {
  instanceId: number
  /** By `config/mail-providers.json` unless given. */
  limitsOf?: DeliveryContext['limitsOf']
  timing?: Partial<SendingTiming>
}

type SendingContext = DeliveryContext & { instanceId: number; timing: SendingTiming }

/** The sending of this process. */
export type RunningSending = {
  /** Starts nothing new, lets go of what has not reached its final dot, waits for the answers of the rest. */
  stop: () => Promise<void>
  status: () => { isRunning: boolean; sending: number }
}

/** The timing of a real node. */
export const sendingTiming: SendingTiming = {
  claimMs: 20 * 60_000, // half of it is enough for 25 MB over a slow line
  answerMs: 12 * 60_000, // the answer to the dot may take 10 min (RFC 5321 §4.5.3.2.6)
  sentCopyDelayMs: 10_000,
  patienceMs: 5 * 24 * 60 * 60_000,
  pollMs: 1_000,
  deadAfterMs: instanceSilenceMs,
  reconcileEveryMs: 30_000,
  missingForMs,
  stopMs: 12_000, // within the 20 s a stop may take
}

// A claim costs as much as the rest of a mail: with so many, it is one of the small parts.
const mailsAhead = 32

/** Where nothing is known of a server; one that takes fewer says so, and is asked no further. */
const sessionsUnknown = 8

/**
 * Sends due mail, copies accepted mail to Sent folders and decides uncertain mail, until stopped. Woken
 * by the bell `outbox`, and by a poll that does not need it. Any number of nodes may do so at once.
 */
export function startSending(options: SendingOptions): RunningSending {
  const timing = { ...sendingTiming, ...options.timing }
  const sessions = createSmtpSessions()
  const writes = gatherWrites(options.db, timing.answerMs)
  const context: SendingContext = { limitsOf: sendingLimits, ...options, timing, sessions, writes }
  const { log, bells } = options
  let isStopping = false
  const lanes = createLanes({
    log,
    clock: options.clock,
    sessionsOf: smtpHost => context.limitsOf(smtpHost)?.sessions ?? sessionsUnknown,
    deliver: mail => deliverMessage(context, mail, () => isStopping),
    giveBack: claims => giveBackClaims(options.db, claims),
    onHungry: () => deliveries.wake(),
  })
  const deliveries = repeatWork({
    name: 'deliveries',
    everyMs: timing.pollMs,
    log,
    work: deliveryRounds(context, lanes, () => isStopping),
  })
  const copies = repeatWork({
    name: 'sent copies',
    everyMs: timing.pollMs,
    log,
    work: async () => {
      while (!isStopping && (await copyToSent(context)) > 0) log.debug({}, 'copies to Sent made')
    },
  })
  const uncertain = repeatWork({
    name: 'uncertain mail',
    everyMs: timing.reconcileEveryMs,
    log,
    work: async () => {
      await reconcileUncertain({ ...context, missingForMs: timing.missingForMs })
    },
  })
  const unhear = [
    bells.on('outbox', deliveries.wake),
    // Somebody changed a mailbox, perhaps its password: one mail shows whether it works now.
    bells.on('mailboxes', () => void retryMailboxes(context, deliveries.wake)),
    // Somebody may have paused or removed it: what waits is taken anew where it may.
    bells.on('mailboxes', () => void lanes.letGo().then(deliveries.wake)),
  ]
  const stop = async () => {
    isStopping = true
    for (const deaf of unhear) deaf()
    await Promise.all([deliveries.stop(), copies.stop(), uncertain.stop()])
    await Promise.race([
      Promise.all([lanes.letGo(), lanes.ended()]),
      wait(timing.stopMs, undefined, { ref: false }),
    ])
    sessions.closeKept(new Set())
  }
  return { stop, status: () => ({ isRunning: !isStopping, sending: lanes.running() }) }
}

/** One round fills the lanes with due mail, once per poll also with what nodes that died had in hand. */
function deliveryRounds(
  context: SendingContext,
  lanes: SendingLanes,
  isStopping: () => boolean,
): () => Promise<void> {
  const { db, log, bells, clock, instanceId, sessions } = context
  const { pollMs, deadAfterMs } = context.timing
  let recoveredAtMs = Number.NEGATIVE_INFINITY
  const isTimeToRecover = () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - recoveredAtMs < pollMs) return false
    recoveredAtMs = nowMs
    return true
  }
  return async () => {
    const who = { instanceId, claimNos: lanes.claimNos(), deadAfterMs }
    if (isTimeToRecover() && (await recoverAbandoned(db, log, who)) > 0) bells.ring('live')
    await lanes.letGoStale()
    while (lanes.hasRoom() && !isStopping()) {
      const mails = await claim(context, { instanceId, deadAfterMs, fullMailboxIds: lanes.fullMailboxIds() })
      if (mails.length === 0) break
      lanes.add(mails)
    }
    if (lanes.hasRoom()) sessions.closeKept(lanes.busyMailboxIds()) // nothing is due for them
  }
}

/** Of each mailbox whose mail waits for a later try, one mail is tried now. */
async function retryMailboxes({ db, log }: SendingContext, wake: () => void): Promise<void> {
  try {
    await releaseOnePerMailbox(db)
    wake()
  } catch (error) {
    log.warn({ err: describeError(error) }, 'waiting mail not released, it goes when it is due')
  }
}

/** The monotonic clock is read before the claim is asked for, so that we never believe in it for too long. */
async function claim(
  context: DeliveryContext,
  who: Pick<ClaimWish, 'instanceId' | 'deadAfterMs' | 'fullMailboxIds'>,
) {
  const claimedAtMs = context.clock.monotonicMs()
  const { claimMs } = context.timing
  const withPractice = context.practice() !== null
  const wish = { ...who, claimMs, withPractice, most: mailsAhead }
  const claims = await claimMails(context.db, wish)
  const [first] = claims
  if (first === undefined) return []
  passed('reply-claimed')
  const account = readOnce(() => loadAccount({ ...context, practice: context.practice() }, first.mailboxId))
  return claims.map(taken => ({ claim: taken, claimedAtMs, account }))
}

/** What was read stays; what failed is read again. */
function readOnce<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined
  return async () => {
    reading ??= read()
    try {
      return await reading
    } catch (error) {
      reading = undefined
      throw error
    }
  }
}
