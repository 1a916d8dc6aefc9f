import { setTimeout as wait } from 'node:timers/promises'
import { AppError, describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { AttachmentInfo, ParsedMail } from '../mail/mail-types.ts'
import type { KeyAnswers, VerifiedSignatures } from '../mail/verify-signatures.ts'
import type { BlobPlace, ReaderReply } from './mail-reader-child.ts'
import {
  type ReaderAnswer,
  type ReaderFailure,
  type ReaderLimits,
  type ReaderProcess,
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
  question: Question
  settle: (answer: ReaderAnswer) => void
  fail: (e: Error) => void
}

type Reader = {
  options: ReaderOptions
  limits: ReaderLimits
  waiting: Job[]
  slots: Slot[]
  isStopped: boolean
}

/** `rest` ends the process of a slot that had nothing to do for a while. */
type Slot = { process: ReaderProcess | undefined; isBusy: boolean; rest: NodeJS.Timeout | undefined }

type ReaderOptions = {
  log: Log
  clock: Clock
  blobsRoot: string
  /** How many mails are read at a time. */
  processes: number
  limits?: ReaderLimits
}

// Per mail: 10 s and 2 s of CPU, 256 MB for the whole process (A67, I6).
const LIMITS: ReaderLimits = { wallMs: 10_000, cpuMs: 2_000, rssBytes: 256 * 1_048_576 }
const MAX_START_TRIES = 4
const FIRST_PAUSE_MS = 100
const REST_MS = 30_000 // each reader holds 50 MB; one is always warm
const WHOLE_MAIL: Question = { index: null, keys: null }

/**
 * Starts a warm reader, and up to `processes` while there is more to read than one can. Requests wait in one queue; each
 * process has one mail in hand, so a mail that kills it is known, hurts only itself, and the next is read by a new process.
 */
export function createMailReader(options: ReaderOptions): MailReader {
  const slots = Array.from({ length: Math.max(1, options.processes) }, () => ({
    process: undefined,
    isBusy: false,
    rest: undefined,
  }))
  const reader: Reader = { options, limits: options.limits ?? LIMITS, waiting: [], slots, isStopped: false }
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
    reader.waiting.push({ blob: place, question, settle, fail })
    const idle = reader.slots.find(slot => !slot.isBusy) // the first one before the others, which rest soon
    if (idle) void workOff(reader, idle)
  })
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
  slot.isBusy = true
  await liveProcess(reader, slot)
  for (let job = reader.waiting.shift(); job; job = reader.waiting.shift()) await run(reader, slot, job)
  slot.isBusy = false
  if (slot !== firstOf(reader.slots)) slot.rest = setTimeout(() => endProcess(slot), REST_MS).unref()
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
    slot.process = startReaderProcess({ ...reader.options, limits: reader.limits })
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
