import { readFileSync } from 'node:fs'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkTree, loadModule, makeTree } from './load-check.ts'

type Installer = {
  findMissing(root: string): string[]
  withoutStartingServices<T>(policyFile: string, work: () => T): T
}

test('the installer names what is missing, whatever the version of PostgreSQL', async () => {
  const { findMissing } = await loadModule<Installer>('install-test-servers.mjs')
  const root = await makeTree({
    'usr/lib/postgresql/17/bin/postgres': '',
    'usr/lib/dovecot/imap': '',
    'usr/share/fonts/truetype/noto/NotoSans-Regular.ttf': '',
  })

  const missing = findMissing(root)

  expect(missing).toEqual(['dovecot-lmtpd', 'chromium-headless-shell', 'libfaketime', 'openssl'])
})

test('services are kept from starting during the install only, and the former rule comes back', async () => {
  const { withoutStartingServices } = await loadModule<Installer>('install-test-servers.mjs')
  const root = await makeTree({ 'policy-rc.d': 'theirs' })
  const file = join(root, 'policy-rc.d')
  await chmod(file, 0o700)

  const during = withoutStartingServices(file, () => readFileSync(file, 'utf8'))
  const failing = (): unknown =>
    withoutStartingServices(file, () => {
      throw new Error('apt failed')
    })

  expect(failing).toThrow('apt failed')
  expect(await readFile(file, 'utf8')).toBe('theirs')
  expect((await stat(file)).mode & 0o777).toBe(0o700)
  expect(during).toMatch(/exit 101\n$/)
})

test('a rule left behind by a killed install is taken away', async () => {
  const { withoutStartingServices } = await loadModule<Installer>('install-test-servers.mjs')
  const root = await makeTree({ 'policy-rc.d.letterdesk-saved': 'theirs' })
  const file = join(root, 'policy-rc.d')
  await writeFile(file, '#!/bin/sh\n# put here by Letterdesk while it installs its test servers\nexit 101\n')

  withoutStartingServices(file, () => undefined)

  expect(await readFile(file, 'utf8')).toBe('theirs')
})

test.each([
  ['\u001b[2m      Tests \u001b[22m 2 failed | 14 passed (16)\n', 1, '14 passed, 2 failed'],
  ['      Tests  16 passed (16)\n', 0, '16 passed, 0 failed'],
  ['      Tests  16 passed (16)\nUnhandled rejection\n', 1, '16 passed, 1 failed'],
  ['check: 1 of 11 failed\n', 1, '0 passed, 1 failed'],
])('the closing line counts %j with exit code %i', async (output, code, line) => {
  const { closingLine } = await loadModule<{ closingLine(output: string, code: number): string }>(
    'closing-line.mjs',
  )

  const closing = closingLine(output, code)

  expect(closing).toBe(line)
})

test('types: a tree without code is a breach, not a pass', async () => {
  const { read, faults } = await checkTree('types', { 'tsconfig.json': '{"files": []}' })

  expect(read).toBe(0)
  expect(faults).not.toEqual([])
})
