import { setTimeout as wait } from 'node:timers/promises'
import { describeError } from '../lib/app-error.ts'
import { repeatWork } from '../lib/repeat-work.ts'
import { sendingLimits } from '../mailboxes/sending-limits.ts'
import { type DeliveryContext, type DeliveryTiming, deliverMessage } from './deliver-message.ts'
import { missingForMs, reconcileUncertain } from './reconcile-uncertain.ts'
import { recoverAbandoned } from './recover-abandoned.ts'
import { releaseOnePerMailbox } from './release-deferred.queries.ts'
import { claimNext } from './sending.queries.ts'
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

export type SendingOptions = Omit<DeliveryContext, 'timing' | 'limitsOf' | 'sessions'> & {
  instanceId: number
  /** By `config/mail-providers.json` unless given. */
  limitsOf?: DeliveryContext['limitsOf']
  timing?: Partial<SendingTiming>
}

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
  deadAfterMs: 15_000,
  reconcileEveryMs: 30_000,
  missingForMs,
  stopMs: 12_000, // within the 20 s a stop may take
}

const parallelMails = 8

/**
 * Sends due mail, copies accepted mail to Sent folders and decides uncertain mail, until stopped. Woken
 * by the bell `outbox`, and by a poll that does not need it. Any number of nodes may do so at once.
 */
export function startSending(options: SendingOptions): RunningSending {
  const timing = { ...sendingTiming, ...options.timing }
  const sessions = createSmtpSessions()
  const context = { limitsOf: sendingLimits, ...options, timing, sessions }
  const { log, bells } = options
  const active = new Map<number, { mailboxId: number; delivery: Promise<void> }>()
  let isStopping = false

  const start = (claimNo: number, mail: Parameters<typeof deliverMessage>[1]) => {
    const delivery = deliverMessage(context, mail, () => isStopping)
      .catch(error =>
        log.error({ messageId: mail.claim.messageId, err: describeError(error) }, 'delivery broke off'),
      )
      .finally(() => {
        active.delete(claimNo)
        deliveries.wake()
      })
    active.set(claimNo, { mailboxId: mail.claim.mailboxId, delivery })
  }
  const busyMailboxes = () => new Set([...active.values()].map(one => one.mailboxId))
  let recoveredAtMs = Number.NEGATIVE_INFINITY
  const isTimeToRecover = () => {
    const nowMs = options.clock.monotonicMs()
    if (nowMs - recoveredAtMs < timing.pollMs) return false
    recoveredAtMs = nowMs
    return true
  }
  const deliveries = repeatWork({
    name: 'deliveries',
    everyMs: timing.pollMs,
    log,
    work: async () => {
      const who = {
        instanceId: options.instanceId,
        claimNos: [...active.keys()],
        deadAfterMs: timing.deadAfterMs,
      }
      if (isTimeToRecover() && (await recoverAbandoned(options.db, log, who)) > 0) bells.ring('live')
      while (active.size < parallelMails && !isStopping) {
        const mail = await claim(context, options.instanceId)
        if (mail === undefined) break
        start(mail.claim.claimNo, mail)
      }
      if (active.size < parallelMails) sessions.closeKept(busyMailboxes()) // nothing is due for them
    },
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
    bells.on('mailboxes', () => void retryMailboxes()),
  ]
  const retryMailboxes = async () => {
    try {
      await releaseOnePerMailbox(options.db)
      deliveries.wake()
    } catch (error) {
      log.warn({ err: describeError(error) }, 'waiting mail not released, it goes when it is due')
    }
  }

  const stop = async () => {
    isStopping = true
    for (const deaf of unhear) deaf()
    await Promise.all([deliveries.stop(), copies.stop(), uncertain.stop()])
    await Promise.race([
      Promise.all([...active.values()].map(one => one.delivery)),
      wait(timing.stopMs, undefined, { ref: false }),
    ])
    sessions.closeKept(new Set())
  }
  return { stop, status: () => ({ isRunning: !isStopping, sending: active.size }) }
}

/** The monotonic clock is read before the claim is asked for, so that we never believe in it for too long. */
async function claim(context: DeliveryContext, instanceId: number) {
  const claimedAtMs = context.clock.monotonicMs()
  const { claimMs } = context.timing
  const withPractice = context.practice() !== null
  const taken = await claimNext(context.db, { instanceId, claimMs, withPractice })
  return taken === undefined ? undefined : { claim: taken, claimedAtMs }
}
