import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CheckResult, checkTree, loadModule, makeTree } from './load-check.ts'

const HEAD = '-- Why:   agents put a ticket away.\n-- Locks: metadata only.\n'

test.each([
  ['create index x on ticket (id);', /without concurrently/],
  ['alter table ticket add constraint c check (id > 0);', /without not valid/],
  ['alter table ticket add column key uuid default gen_random_uuid();', /volatile default/],
  ['alter table ticket add column n bigint generated always as identity;', /generated column/],
  ['alter table ticket alter column id type text;', /alter type/],
  ['alter table ticket alter column state set not null;', /set not null/],
  ["update ticket set state = 'open';", /key range/],
])('%s is refused on a table that is there', async (sql, says) => {
  const { faults } = await checkTree('migrations', { 'migrations/0002_x.sql': `${HEAD}${sql}\n` })

  expect(faults).toEqual([expect.stringMatching(says)])
})

test('harmless forms pass: new tables, concurrent indexes, constraints not yet valid, ranges', async () => {
  const { faults, read } = await checkTree('migrations', {
    'migrations/0001_a.sql': `${HEAD}create table t (id bigint);\ncreate index i on t (id);\nalter table t add constraint c unique (id);\n`,
    'migrations/0002_b.sql': `${HEAD}-- transaction: no\ncreate index concurrently j on ticket (id);\n`,
    'migrations/0003_c.sql': `${HEAD}alter table ticket add constraint c check (id > 0) not valid;\nalter table ticket add column at timestamptz not null default now();\n`,
    'migrations/0004_d.sql': `${HEAD}update ticket set n = 1 where id between 1 and 1000;\n`,
  })

  expect({ faults, read }).toEqual({ faults: [], read: 4 })
})

test('a file says why and what it locks, and its number is its own', async () => {
  const { faults } = await checkTree('migrations', {
    'migrations/0001_a.sql': 'select 1;\n',
    'migrations/0001_b.sql': HEAD,
    'migrations/late.sql': HEAD,
  })

  expect(faults).toEqual([
    'migrations/0001_a.sql: no "-- Why:" line at its head',
    'migrations/0001_a.sql: no "-- Locks:" line at its head',
    'migrations/late.sql: its name is not 0001_what_it_does.sql',
    'migrations/0001_b.sql: number 0001 is taken by migrations/0001_a.sql',
  ])
})

test('a landed file may neither change nor go, unless its rewriting is written down', async () => {
  const root = await makeTree({ 'migrations/0001_a.sql': HEAD, 'migrations/0002_b.sql': HEAD })
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
      cwd: root,
      stdio: 'ignore',
    })
  }
  git('init')
  git('add', '.')
  git('commit', '-m', 'land')
  const { default: check } = await loadModule<{ default(root: string): CheckResult }>('checks/migrations.mjs')
  const changed = `${HEAD}select 2;\n`
  await writeFile(join(root, 'migrations/0001_a.sql'), changed)
  git('rm', 'migrations/0002_b.sql')

  const before = check(root).faults
  const sha256 = createHash('sha256').update(changed).digest('hex')
  await writeFile(
    join(root, 'migrations/rewritten.json'),
    JSON.stringify({ '0001_a.sql': { sha256, why: 'nobody had run it' } }),
  )
  const after = check(root).faults

  expect(before).toEqual([
    expect.stringMatching(/0001_a.sql: landed in/),
    expect.stringMatching(/0002_b.sql: landed and is gone/),
  ])
  expect(after).toEqual([expect.stringMatching(/0002_b.sql/)])
})
