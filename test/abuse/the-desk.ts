import { afterAll, beforeAll } from 'vitest'
import { type HostileDesk, startHostileDesk } from './hostile-desk.ts'

let started: HostileDesk | undefined

/** Starts one product for all cases of a test file: what an attacker meets is the whole of it. */
export function openDesk(options: Required<Parameters<typeof startHostileDesk>>[0]): void {
  beforeAll(async () => {
    started = await startHostileDesk(options)
  }, 120_000)
  afterAll(async () => await started?.stop(), 60_000)
}

/** The product under attack, while tests run. */
export function desk(): HostileDesk {
  if (!started) throw new Error('the desk has not started')
  return started
}
