import { readdirSync, readFileSync } from 'node:fs'

/** The kinds of processes the product runs as. */
export type ProcessKind = 'node' | 'readers' | 'postgres'

/** CPU since the start of the watch, by kind. */
export type CpuUse = Record<ProcessKind, number>

/** The most memory: resident of the largest process of a kind; of Postgres the sum of proportional sizes. */
export type PeakMemory = Record<ProcessKind, number>

/** A watch over the product's processes. `end` stops it. */
export type ProcessWatch = { end: () => { cpuMs: CpuUse; peakMb: PeakMemory } }

type Seen = { pid: number; kind: ProcessKind; cpuMs: number; endedChildrenMs: number }

const kinds: readonly ProcessKind[] = ['node', 'readers', 'postgres']
const sampleMs = 100
const clockTickMs = 10 // USER_HZ is 100 on Linux

/**
 * Watches the process `rootPid` and all below it through `/proc` (Linux). CPU of processes that ended
 * counts with the parent that waited for them: backends with Postgres, readers with Node.
 */
export function watchProcesses(rootPid: number): ProcessWatch {
  const began = cpuOf(look(rootPid))
  const peakMb: PeakMemory = { node: 0, readers: 0, postgres: 0 }
  const sample = (): void => {
    const seen = look(rootPid)
    const postgresMb = seen
      .filter(process => process.kind === 'postgres')
      .reduce((sum, process) => sum + fieldMb(process.pid, 'smaps_rollup', 'Pss'), 0)
    peakMb.postgres = Math.max(peakMb.postgres, postgresMb)
    for (const { pid, kind } of seen) {
      if (kind !== 'postgres') peakMb[kind] = Math.max(peakMb[kind], fieldMb(pid, 'status', 'VmHWM'))
    }
  }
  const timer = setInterval(sample, sampleMs)
  return {
    end: () => {
      clearInterval(timer)
      sample()
      const ended = cpuOf(look(rootPid))
      const cpuMs = Object.fromEntries(kinds.map(kind => [kind, ended[kind] - began[kind]])) as CpuUse
      return { cpuMs, peakMb }
    },
  }
}

/** What the product's Node process holds in memory now (VmRSS of the largest), readers and Postgres apart. */
export function residentMb(rootPid: number): number {
  const ofNode = look(rootPid).filter(process => process.kind === 'node')
  return Math.max(...ofNode.map(({ pid }) => fieldMb(pid, 'status', 'VmRSS')))
}

/** Proportional memory (PSS) in MB: what processes share is counted once. */
export type ProportionalMemory = Record<ProcessKind, number> & { all: number; processes: number }

/** What the product's processes hold now, the database's among them. */
export function proportionalMb(rootPid: number): ProportionalMemory {
  const seen = look(rootPid).map(({ pid, kind }) => ({ kind, mb: fieldMb(pid, 'smaps_rollup', 'Pss') }))
  const sumOf = (wanted: readonly ProcessKind[]): number =>
    seen.filter(({ kind }) => wanted.includes(kind)).reduce((sum, { mb }) => sum + mb, 0)
  return {
    node: sumOf(['node']),
    readers: sumOf(['readers']),
    postgres: sumOf(['postgres']),
    all: sumOf(kinds),
    processes: seen.length,
  }
}

function cpuOf(seen: readonly Seen[]): CpuUse {
  const sumOf = (kind: ProcessKind): number =>
    seen
      .filter(process => process.kind === kind)
      .reduce((sum, process) => sum + process.cpuMs + process.endedChildrenMs, 0)
  return { node: sumOf('node'), readers: sumOf('readers'), postgres: sumOf('postgres') }
}

function look(rootPid: number): Seen[] {
  const found: Seen[] = []
  const waiting = [rootPid]
  for (let pid = waiting.shift(); pid !== undefined; pid = waiting.shift()) {
    const seen = readProcess(pid)
    if (seen === undefined) continue
    found.push(seen)
    waiting.push(...childrenOf(pid))
  }
  return found
}

/** Children are listed by thread: a fork may come from any of them. */
function childrenOf(pid: number): number[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`), []).flatMap(thread =>
    readText(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function readProcess(pid: number): Seen | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  const end = stat.lastIndexOf(')')
  if (end < 0) return undefined
  const name = stat.slice(stat.indexOf('(') + 1, end)
  // proc(5): utime, stime, cutime, cstime are fields 14 to 17; the state, field 3, comes first here.
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = stat
    .slice(end + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
  const cpuMs = (utime + stime) * clockTickMs
  return { pid, kind: kindOf(pid, name), cpuMs, endedChildrenMs: (cutime + cstime) * clockTickMs }
}

function kindOf(pid: number, name: string): ProcessKind {
  if (name.startsWith('postgres')) return 'postgres'
  return readText(`/proc/${pid}/cmdline`).includes('mail-reader-child') ? 'readers' : 'node'
}

function fieldMb(pid: number, file: string, field: string): number {
  const text = readText(`/proc/${pid}/${file}`)
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

/** Empty for a process that has ended meanwhile. */
function readText(path: string): string {
  return unlessGone(() => readFileSync(path, 'utf8'), '')
}

function unlessGone<Read>(read: () => Read, otherwise: Read): Read {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return otherwise
    throw error
  }
}
