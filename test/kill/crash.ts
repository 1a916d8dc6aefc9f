import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Letterdesk } from '../support/letterdesk.ts'

/** When in the life of the process it ends: before it is ready, or at work. */
export type CrashPlan = { moment: 'starting' | 'working'; afterMs: number; victims: Victims }

type Victims = 'node' | 'node, then database' | 'database, then node'

/** Every third crash takes the database along; one in four comes before the process is ready. */
export function planCrashes(count: number, random: () => number): CrashPlan[] {
  return Array.from({ length: count }, (_, n): CrashPlan => {
    const withDatabase: Victims = random() < 0.5 ? 'node, then database' : 'database, then node'
    const moment = n > 0 && random() < 0.25 ? 'starting' : 'working'
    return {
      moment,
      afterMs: Math.round(random() * (moment === 'starting' ? 1_500 : 2_500)),
      victims: n % 3 === 2 ? withDatabase : 'node',
    }
  })
}

/** `kill -9`. @returns whether a database server died too */
export async function crash(desk: Letterdesk, victims: Victims): Promise<boolean> {
  if (victims === 'node') {
    await desk.kill('SIGKILL')
    return false
  }
  if (victims === 'node, then database') {
    await desk.kill('SIGKILL')
    return killPostmaster(desk.dataDir)
  }
  const isKilled = killPostmaster(desk.dataDir)
  await desk.kill('SIGKILL')
  return isKilled
}

/** False where no server runs at this moment, as in the first instants of a start. */
function killPostmaster(dataDir: string): boolean {
  try {
    const [line] = readFileSync(join(dataDir, 'pg18/postmaster.pid'), 'utf8').split('\n')
    return process.kill(Number(line), 'SIGKILL')
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return false
    throw error
  }
}
