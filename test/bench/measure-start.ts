import { setTimeout as rest } from 'node:timers/promises' // time passes: what a desk holds when nobody needs it
import { startLetterdesk } from '../support/letterdesk.ts'
import { type ProportionalMemory, proportionalMb } from './process-use.ts'

/**
 * Starts of the product with the database it carries, from the process to `/readyz`, and what it holds at rest.
 * `coldMs`: an empty DATA_DIR, so a new database with all its tables. `warmMs`: each start after that.
 */
export type StartResult = {
  coldMs: number
  warmMs: number[]
  restSeconds: number
  idleMb: ProportionalMemory
}

/** Starts a fresh desk once, and again as often as wished; after the last one it is left alone and then looked at. */
export async function measureStart(wish: {
  caFile: string
  starts: number
  restSeconds: number
}): Promise<StartResult> {
  const { caFile, starts, restSeconds } = wish
  const beganMs = performance.now()
  // What Node compiled is kept in DATA_DIR, as users have it, and not where tests share it.
  const product = await startLetterdesk({ caFile, env: { NODE_COMPILE_CACHE: '' } })
  try {
    const coldMs = performance.now() - beganMs
    const warmMs: number[] = []
    for (let start = 1; start <= starts; start++) {
      await product.kill('SIGTERM')
      const againMs = performance.now()
      await product.start()
      warmMs.push(performance.now() - againMs)
    }
    await rest(restSeconds * 1_000)
    return { coldMs, warmMs, restSeconds, idleMb: proportionalMb(product.pid()) }
  } finally {
    await product.stop()
  }
}
