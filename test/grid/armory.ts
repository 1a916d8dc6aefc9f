import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Transition } from '../../src/lib/transitions.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { Fault } from './cells.ts'

/** A failpoint that waits for a process to come by. */
export type Armed = {
  /** The process that came to the point; fails, naming the point, where none came in time. */
  hit: () => Promise<{ pid: number }>
  /** Lets a process go on that stands still at the point. */
  release: () => Promise<void>
}

/** Orders to the nodes and what they write down, in one folder (failpoints.ts reads it). */
export type Armory = {
  folder: string
  arm: (point: Transition, fault: Fault) => Promise<Armed>
  /** Takes back what no process came to. */
  disarm: () => Promise<void>
  /** How often the nodes passed the point so far. */
  countPassed: (point: Transition) => number
  remove: () => Promise<void>
}

const patienceMs = 40_000

/** Makes the folder. */
export async function openArmory(): Promise<Armory> {
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-grid-'))
  let count = 0
  return {
    folder,
    arm: async (point, fault) => {
      count += 1
      const id = count
      const hit = join(folder, `hit-${id}`)
      const armed = join(folder, `armed-${id}`)
      await writeFile(`${armed}.part`, JSON.stringify({ id, point, fault }))
      await rename(`${armed}.part`, armed)
      return {
        hit: () =>
          waitUntil(
            `a process passes ${point}`,
            () => (existsSync(hit) ? { pid: Number(readFileSync(hit, 'utf8')) } : undefined),
            { withinMs: patienceMs, everyMs: 10 },
          ),
        release: () => writeFile(join(folder, `go-${id}`), ''),
      }
    },
    disarm: async () => {
      const names = await readdir(folder)
      const armed = names.filter(name => name.startsWith('armed-'))
      await Promise.all(armed.map(name => rm(join(folder, name), { force: true })))
    },
    countPassed: point =>
      readPassed(join(folder, 'passed'))
        .split('\n')
        .filter(line => line === point).length,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function readPassed(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
