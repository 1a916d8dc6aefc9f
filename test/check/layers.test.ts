import { copyFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type CheckResult, loadModule, writeTree } from './load-check.ts'

const REPOSITORY = new URL('../..', import.meta.url).pathname

/** Runs the check on a tree of these files. @returns each breach as `rule file` */
async function breaches(files: Record<string, string>): Promise<string[]> {
  const root = await writeTree(files)
  for (const name of ['.dependency-cruiser.mjs', 'package.json']) {
    await copyFile(join(REPOSITORY, name), join(root, name))
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
  const { default: check } = await loadModule<{ default(root: string): Promise<CheckResult> }>(
    'checks/layers.mjs',
  )
  const { faults, read } = await check(root)
  await rm(root, { recursive: true, force: true })
  expect(read).toBeGreaterThan(0)
  const found = faults.join('\n').matchAll(/error ([\w@/.+-]+): ([\w@/.+-]+)/g)
  return [...new Set([...found].map(([, rule, file]) => `${rule} ${file}`))]
}

const user = (path: string): string => `import { x } from '${path}'\nexport const y = x\n`
const X = 'export const x = 1\n'

// Rule, the folder of a file that breaks it, and what that file imports.
const IMPORTS = [
  ['lib-imports-only-below', 'lib', 'db/x.ts'],
  ['tickets-imports-only-below', 'tickets', 'inbound/x.ts'],
  ['inbound-imports-only-below', 'inbound', 'outbound/x.ts'],
  ['mail-imports-only-below', 'mail', 'lib/x.ts'],
  ['web-imports-only-below', 'web', 'tickets/x.ts'],
  ['shared-imports-only-below', 'shared', 'lib/x.ts'],
  ['queries-are-private', 'api', 'outbound/x.queries.ts'],
  ['api-opens-no-connection', 'api', 'mailboxes/imap-connection.ts'],
] as const

// Rule, folder, and the text of a file that breaks it.
const TEXTS = [
  ['fence-imapflow', 'inbound', "import { ImapFlow } from 'imapflow'\nexport const y = ImapFlow\n"],
  ['fence-kysely', 'tickets', "import type { Kysely } from 'kysely'\nexport type Y = Kysely<object>\n"],
  ['fence-fastify', 'roles', "import fastify from 'fastify'\nexport const y = fastify\n"],
  ['mail-is-pure', 'mail', "import { readFile } from 'node:fs/promises'\nexport const y = readFile\n"],
  ['shared-imports-only-typebox', 'shared', "import pg from 'pg'\nexport const y = pg\n"],
  ['resolvable', 'lib', user('./gone.ts')],
  ['no-orphan', 'lib', X],
] as const

/** The file of a case: no other breaks its rule. */
const breaking = (rule: string, folder: string): string =>
  `src/${folder}/${rule}.${folder === 'web' ? 'tsx' : 'ts'}`

describe('in a tree with a breach of each', () => {
  let found: string[]
  // One run for all of them: the tool takes two seconds to begin.
  beforeAll(async () => {
    const files = [
      ...IMPORTS.flatMap(([rule, folder, to]) => [
        [breaking(rule, folder), user(`../${to}`)],
        [`src/${to}`, X],
      ]),
      ...TEXTS.map(([rule, folder, text]) => [breaking(rule, folder), text]),
    ]
    found = await breaches(Object.fromEntries(files))
  })

  test.each(IMPORTS)('%s: a file of %s may not import %s', (rule, folder) => {
    expect(found).toContain(`${rule} ${breaking(rule, folder)}`)
  })

  test.each(TEXTS)('%s catches its breach', (rule, folder) => {
    expect(found).toContain(`${rule} ${breaking(rule, folder)}`)
  })
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

  expect(circular).toEqual(['no-cycle src/web/a.tsx'])
  expect(clean).toEqual([])
})
