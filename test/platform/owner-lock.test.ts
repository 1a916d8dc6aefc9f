import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Rival = { child: ChildProcess; next: () => Promise<string | undefined> }

const PROGRAM = new URL('../support/lock-rival.ts', import.meta.url).pathname
const RIVALS = 6
const ROUNDS = 150

let home: string
let rivals: Rival[] = []

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'letterdesk-lock-'))
  rivals = Array.from({ length: RIVALS }, startRival)
  await Promise.all(rivals.map(rival => rival.next()))
}, 60_000)

afterAll(async () => {
  for (const { child } of rivals) child.stdin?.end()
  await rm(home, { recursive: true, force: true })
})

test('a lock left by a dead owner goes to exactly one of many starts, and nothing stays beside it', async () => {
  const path = join(home, 'owner.lock')
  const owners: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // A number no process has, and half a text in every third round, as a crash of the machine leaves it.
    await writeFile(
      path,
      round % 3 === 0 ? '{"pid":' : JSON.stringify({ pid: 2 ** 30, startedAt: `${round}` }),
    )
    const said = await orderAll(`take ${path}`)
    owners.push(said.filter(word => word === 'owner').length)
    await orderAll('release')
  }

  expect(owners).toEqual(Array.from({ length: ROUNDS }, () => 1))
  expect(await readdir(home)).toEqual([])
}, 60_000)

async function orderAll(order: string): Promise<(string | undefined)[]> {
  for (const { child } of rivals) child.stdin?.write(`${order}\n`)
  return await Promise.all(rivals.map(rival => rival.next()))
}

function startRival(): Rival {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return { child, next: async () => (await lines.next()).value }
}
