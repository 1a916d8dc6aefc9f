import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const runFile = promisify(execFile)
const source = new URL('../../src/commands/keep-compiled.ts', import.meta.url).href
const later = new URL('../../src/lib/clock.ts', import.meta.url).href

/** As `serve` does: what is loaded between the two calls is kept. */
const program = (dataDir: string) => `
  const { keepCompiled, writeCompiled } = await import(${JSON.stringify(source)})
  keepCompiled(${JSON.stringify(dataDir)})
  await import(${JSON.stringify(later)})
  writeCompiled()`

test('the first start leaves what it compiled to the second, and what another Node left is removed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'keep-compiled-'))
  const folder = join(dataDir, 'compiled')
  await mkdir(join(folder, 'v22.0.0-x64-0-0'), { recursive: true })
  const start = async () => {
    await runFile(process.execPath, ['--input-type=module', '--eval', program(dataDir)], { env: {} })
    return await readdir(folder, { recursive: true })
  }

  const first = await start()
  const second = await start()

  expect(first.filter(name => name.startsWith('v22.'))).toEqual([])
  expect(first.length).toBeGreaterThan(1)
  expect(second).toEqual(first)
  await rm(dataDir, { recursive: true, force: true })
})
