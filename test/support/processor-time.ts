import { readFileSync } from 'node:fs'

/**
 * How long the first thread of a process has run so far, and how long it was ready to run and the machine had no processor
 * for it. Both 0 where the system does not count that, or the process is gone.
 */
export function processorTime(pid: number | 'self'): { ranMs: number; queuedMs: number } {
  try {
    const [ran = 0, queued = 0] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number)
    return { ranMs: ran / 1e6, queuedMs: queued / 1e6 }
  } catch {
    return { ranMs: 0, queuedMs: 0 }
  }
}
