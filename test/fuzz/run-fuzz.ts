import { type ChildProcess, fork } from 'node:child_process'
import type { FuzzAnswer, FuzzRequest } from './fuzz-child.ts'

/** What a run of mutations found; good when `faults` is empty. */
export type FuzzReport = {
  count: number
  /** The mutation that took most CPU time. */
  slowest: { index: number; cpuMs: number }
  faults: { index: number; what: string }[]
}

// CPU time is what a hang is measured by; the wall clock only ends what never answers, on a busy machine too.
const MAX_CPU_MS = 2_000
const MAX_WALL_MS = 30_000
const BATCH = 40

/**
 * Takes `count` mutations through the product in `processes` children. One that dies or hangs is a fault
 * of the mutation it had in hand; another child goes on behind it.
 */
export async function runFuzz(options: {
  count: number
  seed: number
  processes: number
  onProgress?: (done: number) => void
}): Promise<FuzzReport> {
  const report: FuzzReport = { count: 0, slowest: { index: 0, cpuMs: 0 }, faults: [] }
  let next = 0
  const take = (): FuzzRequest | undefined => {
    if (next >= options.count) return undefined
    const from = next
    next = Math.min(options.count, from + BATCH)
    return { from, to: next }
  }
  const settle = (answer: FuzzAnswer): void => {
    report.count++
    if (answer.cpuMs > report.slowest.cpuMs) report.slowest = { index: answer.index, cpuMs: answer.cpuMs }
    if (answer.cpuMs > MAX_CPU_MS)
      report.faults.push({ index: answer.index, what: `took ${Math.round(answer.cpuMs)} ms` })
    report.faults.push(...answer.faults.map(what => ({ index: answer.index, what })))
    if (report.count % 1_000 === 0) options.onProgress?.(report.count)
  }
  await Promise.all(
    Array.from({ length: options.processes }, async () => await workOff(options.seed, take, settle)),
  )
  return report
}

/** One child after the other works off what is left; each lives until it dies, hangs or nothing is left. */
async function workOff(
  seed: number,
  take: () => FuzzRequest | undefined,
  settle: (answer: FuzzAnswer) => void,
): Promise<void> {
  let child: ChildProcess | undefined
  for (let work = take(); work; ) {
    child ??= fork(CHILD, [String(seed)])
    const reached = await runBatch(child, work, settle)
    if (reached < work.to) {
      child.kill('SIGKILL')
      child = undefined
      settle({ index: reached, cpuMs: 0, faults: ['the process died or hung'] })
    }
    const left: FuzzRequest = { from: reached + 1, to: work.to }
    work = left.from < left.to ? left : take()
  }
  child?.disconnect()
}

const CHILD = new URL('./fuzz-child.ts', import.meta.url)

/** Resolves to the number behind the last one, or to the one in whose hand the child died. */
function runBatch(
  child: ChildProcess,
  work: FuzzRequest,
  settle: (answer: FuzzAnswer) => void,
): Promise<number> {
  return new Promise(resolve => {
    let next = work.from
    const end = (): void => {
      clearTimeout(timer)
      child.off('message', onAnswer)
      child.off('exit', end)
      resolve(next)
    }
    let timer = setTimeout(end, MAX_WALL_MS)
    const onAnswer = (answer: FuzzAnswer): void => {
      settle(answer)
      next = answer.index + 1
      clearTimeout(timer)
      timer = setTimeout(end, MAX_WALL_MS)
      if (next >= work.to) end()
    }
    child.on('message', onAnswer)
    child.on('exit', end)
    child.send(work)
  })
}
