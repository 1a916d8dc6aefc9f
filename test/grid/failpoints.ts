// Loaded by Node before the product (`--import`): acts at the point that `arm` named, in the process that comes there first.
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transitionChannel } from '../../src/lib/transitions.ts'

const folder = process.env.GRID_FOLDER ?? ''
const longestWaitMs = 30_000
const signals = { killed: 'SIGKILL', stopped: 'SIGSTOP' } as const
const cell = new Int32Array(new SharedArrayBuffer(4))

subscribe(transitionChannel, point => {
  appendFileSync(join(folder, 'passed'), `${point}\n`)
  const order = takeOrder(String(point))
  if (order === undefined) return
  const hit = join(folder, `hit-${order.id}`)
  writeFileSync(`${hit}.part`, String(process.pid))
  renameSync(`${hit}.part`, hit)
  if (order.fault === 'killed' || order.fault === 'stopped') process.kill(process.pid, signals[order.fault])
  else standUntil(join(folder, `go-${order.id}`))
})

type Order = { id: number; point: string; fault: string }

/** Undefined where nothing is wished at this point, or another process was there before us. */
function takeOrder(point: string): Order | undefined {
  for (const name of readdirSync(folder)) {
    if (!/^armed-\d+$/.test(name)) continue
    const order = readOrder(join(folder, name))
    if (order?.point === point && moves(join(folder, name), join(folder, `taken-${order.id}`))) return order
  }
  return undefined
}

function readOrder(file: string): Order | undefined {
  return unlessGone(() => JSON.parse(readFileSync(file, 'utf8')))
}

function moves(from: string, to: string): boolean {
  return unlessGone(() => renameSync(from, to) ?? true) ?? false
}

function unlessGone<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The whole process stands still: nothing of it may run before the fault is there. */
function standUntil(file: string): void {
  const endsMs = performance.now() + longestWaitMs
  while (!existsSync(file) && performance.now() < endsMs) Atomics.wait(cell, 0, 0, 10)
}
