import { setTimeout as wait } from 'node:timers/promises'
import { AppError, describeError, RemoteFault } from '../lib/app-error.ts'
import type { AttachmentInfo, ParsedMail } from '../mail/mail-types.ts'
import type { KeyAnswers, VerifiedSignatures } from '../mail/verify-signatures.ts'
import type { BlobPlace, ReaderReply } from './mail-reader-child.ts'
import {
  type ReaderAnswer,
  type ReaderFailure,
  type ReaderLimits,
  type ReaderProcess,
  type ReaderSurroundings,
  startReaderProcess,
} from './mail-reader-process.ts'

export type { BlobPlace } from './mail-reader-child.ts'

/** A mail as values, or why reading it was stopped. */
export type ReadResult = { ok: true; mail: ParsedMail } | { ok: false; reason: ReaderFailure }

/** Reads strangers' mail in processes that can be killed. */
export type MailReader = {
  /**
   * Never rejects because of the mail. Rejects with the blob store's fault (`blob-lost`), or a
   * RemoteFault `mail-reader-down` when no process can be started or the reader was stopped.
   */
  read: (blob: BlobPlace & { sizeBytes: number }) => Promise<ReadResult>
  /** Undefined when the mail has no such part or cannot be read within the limits. */
  readAttachment: (
    blob: BlobPlace,
    index: number,
  ) => Promise<{ info: AttachmentInfo; bytes: Buffer } | undefined>
  /** What the signatures of a mail prove with these keys; undefined when that takes more than the limits. */
  verifySignatures: (blob: BlobPlace, keys: KeyAnswers) => Promise<VerifiedSignatures | undefined>
  /** Process ids of the readers that run now: for measuring and for tests. */
  pids: () => number[]
  /** Ends the processes; what still waits or runs is rejected as `mail-reader-down`: no mail's fault. */
  stop: () => Promise<void>
}

type Question = { index: number | null; keys: KeyAnswers | null }

type Job = {
  blob: BlobPlace
  sinceMs: number
  question: Question
  settle: (answer: ReaderAnswer) => void
  fail: (e: Error) => void
}

type Reader = {
  options: ReaderOptions
  limits: ReaderLimits
  restMs: RestMs
  waiting: Job[]
  slots: Slot[]
  /** Looks whether mails wait too long. */
  watch: NodeJS.Timeout | undefined
  isStopped: boolean
}

/** `rest` ends the process of a slot that had nothing to do for a while. */
type Slot = {
  process: ReaderProcess | undefined
  state: 'idle' | 'starting' | 'reading'
  rest: NodeJS.Timeout | undefined
}

type RestMs = { first: number; further: number }

type ReaderOptions = Pick<ReaderSurroundings, 'log' | 'clock' | 'blobsRoot'> & {
  compiledRoot?: ReaderSurroundings['compiledRoot']
  /** How many mails are read at a time. */
  processes: number
  limits?: ReaderLimits
  /** How long a process may have nothing to do before it ends. */
  restMs?: RestMs
}

// Per mail: 10 s and 2 s of CPU, 256 MB for the whole process: no mail may hold up the others.
const LIMITS: ReaderLimits = { wallMs: 10_000, cpuMs: 2_000, rssBytes: 256 * 1_048_576 }
const MAX_START_TRIES = 4
const FIRST_PAUSE_MS = 100
// A process at rest holds 40 MB, as much as all of Postgres. Who comes after it has ended waits a quarter of a second.
const REST_MS: RestMs = { first: 180_000, further: 30_000 }
// A start takes a quarter of a second of CPU, twice that the first time, and until its code is fast as much as 200 mails. One
// process reads 250 a second, more than a node files, so a mail that waits for so long stands behind one that is slow to read.
const PATIENCE_MS = 1_000
const WHOLE_MAIL: Question = { index: null, keys: null }

/**
 * Starts a warm reader, and up to `processes` while mails wait for a second. It ends after three minutes without a mail, the
 * further ones after half a minute, and is back with the next. Requests wait in one queue; each process has one mail in
 * hand, so a mail that kills it is known, hurts only itself, and the next is read by a new process.
 */
export function createMailReader(options: ReaderOptions): MailReader {
  const slots = Array.from(
    { length: Math.max(1, options.processes) },
    (): Slot => ({ process: undefined, state: 'idle', rest: undefined }),
  )
  const { limits = LIMITS, restMs = REST_MS } = options
  const reader: Reader = { options, limits, restMs, waiting: [], slots, watch: undefined, isStopped: false }
  void workOff(reader, firstOf(slots))
  return {
    read: async blob => toReadResult(await enqueue(reader, blob, WHOLE_MAIL)),
    readAttachment: async (blob, index) => {
      const answer = await enqueue(reader, blob, { index, keys: null })
      if (!answer.ok || answer.reply.kind !== 'attachment' || !answer.reply.info) return undefined
      return { info: answer.reply.info, bytes: answer.bytes }
    },
    verifySignatures: async (blob, keys) => {
      const answer = await enqueue(reader, blob, { index: null, keys })
      return answer.ok && answer.reply.kind === 'signatures' ? answer.reply.signatures : undefined
    },
    pids: () => slots.flatMap(slot => livePid(slot)),
    stop: () => stopReader(reader),
  }
}

function livePid(slot: Slot): number[] {
  const process: ReaderProcess | undefined = slot.process
  return process?.isAlive() && process.pid !== undefined ? [process.pid] : []
}

function toReadResult(answer: ReaderAnswer): ReadResult {
  if (!answer.ok) return answer
  return answer.reply.kind === 'mail'
    ? { ok: true, mail: answer.reply.mail }
    : { ok: false, reason: 'crashed' }
}

function enqueue(reader: Reader, blob: BlobPlace, question: Question): Promise<ReaderAnswer> {
  if (reader.isStopped) return Promise.reject(down('the mail reader was stopped'))
  return new Promise((settle, fail) => {
    const place = { place: blob.place, codec: blob.codec }
    const sinceMs = reader.options.clock.monotonicMs()
    reader.waiting.push({ blob: place, sinceMs, question, settle, fail })
    const idle = reader.slots.filter(({ state }) => state === 'idle')
    const warm = idle.find(slot => slot === firstOf(reader.slots) || slot.process?.isAlive())
    if (warm) void workOff(reader, warm)
    else watchQueue(reader)
  })
}

/** Starts a further process, one at a time, for a mail that has waited too long, and looks again while mails wait. */
function watchQueue(reader: Reader): void {
  reader.watch ??= setTimeout(() => {
    reader.watch = undefined
    const [oldest] = reader.waiting
    if (oldest === undefined) return
    const waitedMs = reader.options.clock.monotonicMs() - oldest.sinceMs
    const isOneStarting = reader.slots.some(({ state }) => state === 'starting')
    const idle = reader.slots.find(({ state }) => state === 'idle')
    if (idle && waitedMs >= PATIENCE_MS && !isOneStarting) void workOff(reader, idle)
    watchQueue(reader)
  }, PATIENCE_MS).unref()
}

function firstOf(slots: readonly Slot[]): Slot {
  const [first] = slots
  if (first === undefined) throw new RangeError('a mail reader without a process')
  return first
}

/**
 * Reads until nothing waits. The process is there before a mail is taken for it: meanwhile those of the others go on
 * with the queue. That it cannot be started is met again, and told, by the first mail.
 */
async function workOff(reader: Reader, slot: Slot): Promise<void> {
  clearTimeout(slot.rest)
  slot.state = 'starting'
  await liveProcess(reader, slot)
  slot.state = 'reading'
  for (let job = reader.waiting.shift(); job; job = reader.waiting.shift()) await run(reader, slot, job)
  slot.state = 'idle'
  const restMs = slot === firstOf(reader.slots) ? reader.restMs.first : reader.restMs.further
  slot.rest = setTimeout(() => endProcess(slot), restMs).unref()
}

/** Forgotten before it is killed, so that no mail is handed to it meanwhile. */
function endProcess(slot: Slot): void {
  const { process } = slot
  slot.process = undefined
  void process?.stop()
}

async function run(reader: Reader, slot: Slot, job: Job): Promise<void> {
  const process = await liveProcess(reader, slot)
  if (!process) return job.fail(down('no mail reader process can be started'))
  const answer = await process.request({ ...job.blob, ...job.question, blobsRoot: reader.options.blobsRoot })
  if (answer.ok && answer.reply.kind === 'fault') job.fail(faultOf(answer.reply))
  else if (!answer.ok && reader.isStopped) job.fail(down('the mail reader was stopped'))
  else job.settle(answer)
  if (process.isAlive() && process.isWorn()) await process.stop()
  if (!answer.ok && !reader.isStopped) {
    reader.options.log.warn({ place: job.blob.place, reason: answer.reason }, 'stopped reading a mail')
  }
}

function down(message: string): RemoteFault {
  return new RemoteFault('mail-reader-down', message, { retry: true })
}

function faultOf(reply: ReaderReply & { kind: 'fault' }): AppError {
  return new AppError(reply.code, reply.message)
}

/** The slot's process, started anew when it has ended; undefined after four failed starts, 0.7 s. */
async function liveProcess(reader: Reader, slot: Slot): Promise<ReaderProcess | undefined> {
  if (slot.process?.isAlive()) return slot.process
  for (let attempt = 0; attempt < MAX_START_TRIES; attempt++) {
    if (attempt > 0) await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1))
    if (reader.isStopped) break
    slot.process = startReaderProcess({ compiledRoot: null, ...reader.options, limits: reader.limits })
    try {
      await slot.process.ready
      return slot.process
    } catch (error) {
      if (!reader.isStopped)
        reader.options.log.warn({ reason: describeError(error) }, 'mail reader did not start')
    }
  }
  return undefined
}

async function stopReader(reader: Reader): Promise<void> {
  reader.isStopped = true
  for (const job of reader.waiting.splice(0)) job.fail(down('the mail reader was stopped'))
  await Promise.all(reader.slots.map(slot => slot.process?.stop()))
}
