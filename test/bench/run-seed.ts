import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const runFile = promisify(execFile)
const program = fileURLToPath(new URL('./seed-main.ts', import.meta.url))

/** Runs `npm run seed`'s program on a stopped product's folder. @returns how long it took, its start included */
export async function runSeed(wish: {
  dataDir: string
  tickets: number
  seed: number
}): Promise<{ tookMs: number }> {
  const { PATH = '', HOME = '' } = process.env
  const beganMs = performance.now()
  await runFile(process.execPath, [program, '--tickets', String(wish.tickets), '--seed', String(wish.seed)], {
    env: { PATH, HOME, DATA_DIR: wish.dataDir },
  })
  return { tookMs: performance.now() - beganMs }
}
