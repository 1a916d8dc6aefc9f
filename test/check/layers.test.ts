import { copyFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CheckResult, loadModule, makeTree } from './load-check.ts'

const REPOSITORY = new URL('../..', import.meta.url).pathname

async function breaches(files: Record<string, string>): Promise<string[]> {
  const root = await makeTree(files)
  for (const name of ['.dependency-cruiser.mjs', 'package.json']) {
    await copyFile(join(REPOSITORY, name), join(root, name))
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
  const { default: check } = await loadModule<{ default(root: string): Promise<CheckResult> }>(
    'checks/layers.mjs',
  )
  const { faults, read } = await check(root)
  expect(read).toBeGreaterThan(0)
  return [...new Set(faults.join('\n').match(/(?<=error )[\w@/.+-]+/g) ?? [])]
}

const user = (path: string): string => `import { x } from '${path}'\nexport const y = x\n`
const X = 'export const x = 1\n'

test.each([
  ['lib-imports-only-below', 'src/lib/a.ts', '../db/x.ts', 'src/db/x.ts'],
  ['tickets-imports-only-below', 'src/tickets/a.ts', '../inbound/x.ts', 'src/inbound/x.ts'],
  ['inbound-imports-only-below', 'src/inbound/a.ts', '../outbound/x.ts', 'src/outbound/x.ts'],
  ['mail-imports-only-below', 'src/mail/a.ts', '../lib/x.ts', 'src/lib/x.ts'],
  ['web-imports-only-below', 'src/web/a.tsx', '../tickets/x.ts', 'src/tickets/x.ts'],
  ['shared-imports-only-below', 'src/shared/a.ts', '../lib/x.ts', 'src/lib/x.ts'],
  ['queries-are-private', 'src/api/a.ts', '../outbound/x.queries.ts', 'src/outbound/x.queries.ts'],
  [
    'api-opens-no-connection',
    'src/api/a.ts',
    '../mailboxes/imap-connection.ts',
    'src/mailboxes/imap-connection.ts',
  ],
])('%s: %s may not import %s', async (rule, from, specifier, to) => {
  const found = await breaches({ [from]: user(specifier), [to]: X })

  expect(found).toContain(rule)
})

test.each([
  ['fence-imapflow', 'src/inbound/a.ts', "import { ImapFlow } from 'imapflow'\nexport const y = ImapFlow\n"],
  [
    'fence-kysely',
    'src/tickets/a.ts',
    "import type { Kysely } from 'kysely'\nexport type Y = Kysely<object>\n",
  ],
  ['fence-fastify', 'src/roles/worker.ts', "import fastify from 'fastify'\nexport const y = fastify\n"],
  [
    'mail-is-pure',
    'src/mail/a.ts',
    "import { readFile } from 'node:fs/promises'\nexport const y = readFile\n",
  ],
  ['shared-imports-only-typebox', 'src/shared/a.ts', "import pg from 'pg'\nexport const y = pg\n"],
  ['resolvable', 'src/lib/a.ts', user('./gone.ts')],
  ['no-orphan', 'src/lib/a.ts', X],
])('%s catches its breach', async (rule, path, text) => {
  const found = await breaches({ [path]: text })

  expect(found).toContain(rule)
})

test('a cycle through JSX is found, and a clean tree passes', async () => {
  const [circular, clean] = await Promise.all([
    breaches({
      'src/web/a.tsx': "import { b } from './b.tsx'\nexport const a = () => <p>{b}</p>\n",
      'src/web/b.tsx': "import { a } from './a.tsx'\nexport const b = () => <p>{a()}</p>\n",
    }),
    breaches({
      'src/inbound/a.ts': user('../tickets/x.ts'),
      'src/tickets/x.ts': user('../shared/vocabulary.ts'),
      'src/shared/vocabulary.ts': X,
    }),
  ])

  expect(circular).toEqual(['no-cycle'])
  expect(clean).toEqual([])
})
