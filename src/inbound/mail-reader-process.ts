import { type ChildProcess, execFile, fork } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { ReaderReply, ReaderRequest } from './mail-reader-child.ts'

/** What one mail may cost its process. */
export type ReaderLimits = { wallMs: number; cpuMs: number; rssBytes: number }

/** What every reader of one kind is started with. */
export type ReaderSurroundings = {
  blobsRoot: string
  /** The folder in which readers keep what Node makes of their code, for the next one; null: each makes it anew. */
  compiledRoot: string | null
  limits: ReaderLimits
  clock: Clock
  log: Log
}

/** Why a mail could not be read. */
export type ReaderFailure = 'timeout' | 'memory' | 'crashed'

/** What a request comes to: the child's answer with the chunks that came before it, or what the mail did to the child. */
export type ReaderAnswer =
  | { ok: true; reply: ReaderReply; bytes: Buffer }
  | { ok: false; reason: ReaderFailure }

/** One child process; it takes one request at a time and is thrown away once it failed. */
export type ReaderProcess = {
  pid: number | undefined
  /** Resolves when the child has loaded its code; rejects when it ends before. */
  ready: Promise<void>
  isAlive: () => boolean
  /** Whether the child holds so much memory that the next mail would suffer for the last one. */
  isWorn: () => boolean
  request: (request: ReaderRequest) => Promise<ReaderAnswer>
  stop: () => Promise<void>
}

type Running = {
  startedAtMs: number
  cpuAtStartMs: number | undefined
  verdict: ReaderFailure | undefined
  chunks: Buffer[]
  settle: (answer: ReaderAnswer) => void
  timer: NodeJS.Timeout
}

type State = {
  child: ChildProcess
  running: Running | undefined
  isAlive: boolean
  limits: ReaderLimits
  clock: Clock
}

const runFile = promisify(execFile)
const CHILD = fileURLToPath(new URL('./mail-reader-child.ts', import.meta.url))
const APP_ROOT = fileURLToPath(new URL('../..', import.meta.url))
// glibc: Buffers, also the 64 kB ones of unpacking, are given back to the system when they are freed (mallopt(3)).
const MALLOC_SETTINGS = { MALLOC_MMAP_THRESHOLD_: '60000', MALLOC_TRIM_THRESHOLD_: '1048576' }
const CHECK_EVERY_MS = 25
// Half of the memory limit: Buffers lie outside of this heap. With V8's own sizes small mails alone made 200 MB.
const HEAP_MB = 128
const YOUNG_HEAP_MB = 4
const CLOCK_TICK_MS = 10 // Linux counts CPU time for user space in 1/100 s (USER_HZ)
const HEAP_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--expose-gc',
  `--max-old-space-size=${HEAP_MB}`,
  `--max-semi-space-size=${YOUNG_HEAP_MB}`,
  '--single-threaded-gc', // its helper threads cost a fifth of a reader's CPU, for heaps this small
]
const WORN_SHARE = 0.7 // 179 MB: thousands of small mails make 155 MB, and one of 40 MB needs 45 more
const PAGE_BYTES = 4096

/**
 * Starts a reader. It gets an environment of a few settings, a small heap, and Node's permission model: it may
 * read the blobs and the program, and nothing else of the file system, not even the keys beside the
 * blobs; it starts no processes. It may write what was compiled of its own code, and that only before its first mail.
 */
export function startReaderProcess(options: ReaderSurroundings): ReaderProcess {
  const { compiledRoot } = options
  const child = fork(CHILD, [], {
    env: { ...MALLOC_SETTINGS, ...(compiledRoot !== null && { NODE_COMPILE_CACHE: compiledRoot }) },
    execArgv: [...HEAP_FLAGS, ...permissions(options)],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const state: State = { child, running: undefined, isAlive: true, ...options }
  const ready = whenReady(state).then(() => restrict(child, options.log))
  child.on('exit', (code, signal) => onExit(state, code, signal))
  child.on('error', error => {
    options.log.warn({ err: error.message }, 'mail reader process failed')
    if (child.pid === undefined) onExit(state, null, null) // it never started, so no exit will be told
  })
  return {
    pid: child.pid,
    ready,
    isAlive: () => state.isAlive,
    isWorn: () => processRssBytes(child.pid) > options.limits.rssBytes * WORN_SHARE,
    request: request => ask(state, request),
    stop: () => stopChild(state),
  }
}

function permissions({ blobsRoot, compiledRoot }: ReaderSurroundings): string[] {
  // Node keeps nothing compiled where it may not both read and write.
  const compiled =
    compiledRoot === null ? [] : [`--allow-fs-read=${compiledRoot}`, `--allow-fs-write=${compiledRoot}`]
  const readable = [blobsRoot, ...readablePlaces()].map(place => `--allow-fs-read=${place}`)
  return ['--permission', ...readable, ...compiled]
}

/** The program, also where a part of it is a link to elsewhere. */
function readablePlaces(): string[] {
  const places = ['src', 'node_modules', 'package.json'].map(name => join(APP_ROOT, name))
  return [...new Set([...places, ...places.map(place => realpathSync(place))])]
}

function whenReady(state: State): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  state.child.on('message', (reply: ReaderReply) => {
    if (reply.kind === 'ready') resolve()
    else if (reply.kind === 'chunk') state.running?.chunks.push(reply.bytes)
    else finish(state, { ok: true, reply, bytes: Buffer.concat(state.running?.chunks ?? []) })
  })
  const onEarlyEnd = (): void =>
    reject(new AppError('mail-reader-down', 'a mail reader process did not start'))
  state.child.once('exit', onEarlyEnd)
  state.child.once('error', onEarlyEnd)
  return promise
}

function ask(state: State, request: ReaderRequest): Promise<ReaderAnswer> {
  if (!state.isAlive || state.running) return Promise.resolve({ ok: false, reason: 'crashed' })
  const { promise, resolve } = Promise.withResolvers<ReaderAnswer>()
  state.running = {
    startedAtMs: state.clock.monotonicMs(),
    cpuAtStartMs: undefined,
    verdict: undefined,
    chunks: [],
    settle: resolve,
    timer: setInterval(() => check(state), CHECK_EVERY_MS),
  }
  state.child.send(request, error => {
    if (error) state.child.kill('SIGKILL') // the channel is gone; its exit settles the request
  })
  return promise
}

/** Kills the child when the mail in hand has used up its time or memory. */
function check(state: State): void {
  const running = state.running
  if (!running || running.verdict) return
  const { limits, child } = state
  const usedMs = state.clock.monotonicMs() - running.startedAtMs
  const cpuMs = processCpuMs(child.pid)
  running.cpuAtStartMs ??= cpuMs
  const mailCpuMs = cpuMs === undefined ? 0 : cpuMs - (running.cpuAtStartMs ?? cpuMs)
  if (processRssBytes(child.pid) > limits.rssBytes) running.verdict = 'memory'
  else if (usedMs > limits.wallMs || mailCpuMs > limits.cpuMs) running.verdict = 'timeout'
  if (running.verdict) child.kill('SIGKILL')
}

function onExit(state: State, code: number | null, signal: NodeJS.Signals | null): void {
  state.isAlive = false
  const ranOutOfHeap = signal === 'SIGABRT' || code === 134
  const reason = state.running?.verdict ?? (ranOutOfHeap ? 'memory' : 'crashed')
  finish(state, { ok: false, reason })
}

function finish(state: State, answer: ReaderAnswer): void {
  const running = state.running
  if (!running) return
  clearInterval(running.timer)
  state.running = undefined
  running.settle(answer.ok && running.verdict ? { ok: false, reason: running.verdict } : answer)
}

async function stopChild(state: State): Promise<void> {
  if (!state.isAlive) return
  const ended = new Promise<void>(resolve => state.child.once('exit', () => resolve()))
  state.child.kill('SIGKILL') // it holds no state
  await ended
}

/** No core dumps and no writing of files, where util-linux is there; the limits above hold without it. */
async function restrict({ pid }: ChildProcess, log: Log): Promise<void> {
  if (process.platform !== 'linux' || pid === undefined) return
  try {
    await runFile('prlimit', ['--pid', String(pid), '--core=0', '--fsize=0'])
  } catch (error) {
    log.debug({ reason: describeError(error) }, 'prlimit not applied to the mail reader')
  }
}

/** Resident memory from /proc; 0 where the system has none or the process has ended. */
function processRssBytes(pid: number | undefined): number {
  const pages = readProc(pid, 'statm')?.split(' ')[1]
  return Number(pages ?? 0) * PAGE_BYTES
}

/** User and system time; undefined where /proc does not tell. */
function processCpuMs(pid: number | undefined): number | undefined {
  const stat = readProc(pid, 'stat')
  // Fields 14 and 15 of proc(5); counted behind the name, which may hold blanks.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields && (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS
}

function readProc(pid: number | undefined, file: 'stat' | 'statm'): string | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined // it has just ended: its exit event settles the request
  }
}
