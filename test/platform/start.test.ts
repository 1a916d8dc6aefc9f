import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = new URL('../../src/start.mjs', import.meta.url).pathname
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-start-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

test('a start with wrong settings names every one of them and starts nothing', async () => {
  const { code, said } = await run(['serve'], { PORT: 'eighty', ROLES: 'web', LOG_LEVEL: 'loud' })

  expect(code).toBe(1)
  expect(said).toMatch(/PORT must be[\s\S]*LOG_LEVEL must be[\s\S]*ROLES can only be split/)
  expect(said).not.toMatch(/\n {4}at /)
})

test('an unknown command or option is answered with the list of commands', async () => {
  const answers = await Promise.all([run(['fly'], {}), run(['serve', '--practise'], {}), run(['--help'], {})])

  for (const { code, said } of answers) {
    expect(code).toBe(1)
    expect(said).toMatch(/serve .*\n.*migrate /)
    expect(said).toContain('(bad-command)')
  }
})

test('the documents of the settings say what the settings are', async () => {
  const { code, said } = await run(['config-docs', '--check'], {})

  expect({ code, said }).toEqual({ code: 0, said: '' })
})

test('migrate makes the embedded database, lands everything once, and leaves nothing running', async () => {
  const first = await run(['migrate'], {})
  const second = await run(['migrate'], {})

  expect([first.code, second.code]).toEqual([0, 0])
  expect(JSON.parse(second.said)).toMatchObject({ landed: 0, msg: 'schema is current' })
})

test('a health check of a process that is not there says no', async () => {
  const { code } = await run(['check-health'], { HOST: '127.0.0.1', PORT: '1' })

  expect(code).toBe(1)
})

async function run(args: string[], env: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => said.push(String(chunk)))
  const [code] = await once(child, 'close')
  return { code, said: said.join('') }
}
