import { readdirSync, readFileSync } from 'node:fs'

/** Peak resident memory of one process, or of all of one kind together. */
export type Peak = { name: string; pid: number; peakMb: number }

/** A watch over a process and all its descendants. */
export type MemoryWatch = {
  /** Our own processes, each at its peak (VmHWM), also those that have ended. */
  ours: () => Peak[]
  /** Postgres: the largest sum of proportional sizes seen, since its processes share memory. */
  postgresMb: () => number
  stop: () => void
}

type Seen = { pid: number; parent: number; name: string; command: string }

const sampleMs = 100

/**
 * Samples `/proc` ten times a second until stopped. Linux only; a process that lives shorter than that
 * may be missed, its memory then too.
 */
export function watchMemory(rootPid: () => number): MemoryWatch {
  const peaks = new Map<number, Peak>()
  let postgresMb = 0
  const look = (): void => {
    let sumMb = 0
    for (const process of descendants(rootPid())) {
      if (process.name.startsWith('postgres')) sumMb += fieldMb(process.pid, 'smaps_rollup', 'Pss')
      else note(peaks, process)
    }
    postgresMb = Math.max(postgresMb, sumMb)
  }
  const timer = setInterval(look, sampleMs)
  return {
    ours: () => [...peaks.values()].sort((a, b) => a.pid - b.pid),
    postgresMb: () => postgresMb,
    stop: () => clearInterval(timer),
  }
}

function note(peaks: Map<number, Peak>, { pid, command }: Seen): void {
  const peakMb = fieldMb(pid, 'status', 'VmHWM')
  const known = peaks.get(pid)
  if (known) known.peakMb = Math.max(known.peakMb, peakMb)
  else if (peakMb > 0) peaks.set(pid, { pid, name: nameOf(command), peakMb })
}

function nameOf(command: string): string {
  if (command.includes('mail-reader-child')) return 'mail reader'
  return command.includes('start.mjs') ? 'letterdesk' : command.slice(0, 80)
}

/** A process and everything below it, by the parents in `/proc`. */
function descendants(rootPid: number): Seen[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => readProcess(Number(name)))
  const byParent = Map.groupBy(all, process => process.parent)
  const found = all.filter(process => process.pid === rootPid)
  for (const process of found) found.push(...(byParent.get(process.pid) ?? []))
  return found
}

function readProcess(pid: number): Seen[] {
  const stat = readText(`/proc/${pid}/stat`)
  const end = stat.lastIndexOf(')')
  if (end < 0) return []
  const name = stat.slice(stat.indexOf('(') + 1, end)
  const parent = Number(stat.slice(end + 2).split(' ')[1])
  return [{ pid, parent, name, command: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }]
}

function fieldMb(pid: number, file: string, field: string): number {
  const text = readText(`/proc/${pid}/${file}`)
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

/** Empty for a process that has ended meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return ''
    throw error
  }
}
