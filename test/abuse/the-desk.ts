import { afterAll, beforeAll } from 'vitest'
import { type HostileDesk, startHostileDesk } from './hostile-desk.ts'

let started: HostileDesk | undefined

// One started product for all cases: what an attacker meets is the whole of it.
beforeAll(async () => {
  started = await startHostileDesk()
}, 120_000)
afterAll(async () => await started?.stop(), 60_000)

/** The product under attack, while tests run. */
export function desk(): HostileDesk {
  if (!started) throw new Error('the desk has not started')
  return started
}
