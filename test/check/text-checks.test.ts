import { expect, test } from 'vitest'
import { checkTree } from './load-check.ts'

const documented = '/** Rows a page may hold; more is slow. */\n'

/** Its parameters on lines of their own, as Biome writes many. */
function functionOf(lines: number, call = '') {
  const head =
    call === '' ? 'export function Page(props: {' : `export const Page = ${call}function Page(props: {`
  const body = '  x()\n'.repeat(lines - 4)
  return `${head}\n  a: string\n}) {\n${body}}${call === '' ? '' : ')'}\n`
}

test.each([
  ['an empty catch', 'src/a.ts', 'try { x() } catch {\n  // nothing\n}\n', /empty catch/],
  ['a catch without a handler', 'src/a.ts', 'await x().catch()\n', /handles nothing/],
  ['a handler that does nothing', 'src/a.ts', 'await x().catch(() => {})\n', /handles nothing/],
  ['an open end without a number', 'src/a.ts', '// TODO later\n', /open end/],
  ['types switched off', 'src/a.ts', '// @ts-ignore\nx()\n', /switched off/],
  ['a suppression without a reason', 'src/a.ts', '// biome-ignore lint/style/x:\nx()\n', /without a reason/],
  ['lines packed by a spread', 'src/a.ts', 'const a = { ...{ b, c }, d }\n', /packs lines/],
  ['attributes packed by a spread', 'src/a.tsx', 'const a = <A {...{ b, c }} />\n', /packs lines/],
  [
    'the environment read elsewhere',
    'src/db/a.ts',
    'const url = process.env.DATABASE_URL\n',
    /config\.ts only/,
  ],
  ['a mock of our own module', 'test/a.test.ts', "vi.mock('../src/a.ts')\n", /real thing/],
  ['a skipped test', 'test/a.test.ts', "test.skip('x', () => {})\n", /does not run/],
  ['the only test', 'test/a.test.ts', "describe.only('x', () => {})\n", /does not run/],
  [
    'a sleep in a test',
    'test/a.test.ts',
    'await new Promise(resolve => setTimeout(resolve, 10))\n',
    /condition/,
  ],
  ['a catch-all file', 'src/lib/mail-utils.ts', 'export {}\n', /says nothing/],
  ['a barrel', 'src/lib/index.ts', 'export {}\n', /says nothing/],
  ['a file too long', 'src/a.ts', 'x()\n'.repeat(401), /401 lines/],
  ['a function too long', 'src/a.ts', functionOf(81), /a\.ts:1 Page: 81 lines/],
  [
    'one in a call too long',
    'src/a.tsx',
    `const a = 1\n${functionOf(81, 'memo(')}`,
    /a\.tsx:2 Page: 81 lines/,
  ],
])('%s is a breach', async (_what, path, text, says) => {
  const { faults } = await checkTree('shape', { [path]: text })

  expect(faults).toEqual([expect.stringMatching(says)])
})

test('what the rules allow passes', async () => {
  const { faults, read } = await checkTree('shape', {
    'src/config.ts': 'const port = process.env.PORT\n// TODO (#12): later\n',
    'src/b.ts': 'const a = { ...b, ...(c && { d }), ...(e ? { f } : {}), g: [...h] }\n',
    'src/a.ts': `${'x()\n'.repeat(399)}await y().catch(error => { log.warn(error) })\n`,
    'src/c.ts': `export function a(x: string): void\n${functionOf(80)}const b = () => 1\n${functionOf(79)}`,
    'test/a.test.ts': '// time passes: the lease has to run out\nawait delay(50)\n',
    'test/support/a.ts': 'await new Promise(resolve => setTimeout(resolve, 10))\n',
  })

  expect({ faults, read }).toEqual({ faults: [], read: 6 })
})

test.each([
  ['nothing above it', 'export function fileMail() {}\n', /no docstring/],
  ['only a line comment', '// files it\nexport async function fileMail() {}\n', /no docstring/],
  ['its own name', '/** Files the mail. */\nexport const fileMail = async () => {}\n', /repeats the name/],
])('an exported function with %s is not documented', async (_what, text, says) => {
  const { faults } = await checkTree('docstrings', { 'src/a.ts': text })

  expect(faults).toEqual([expect.stringMatching(says)])
})

test('a docstring with a fact passes; constants and inner functions need none', async () => {
  const { faults, read } = await checkTree('docstrings', {
    'src/a.ts': `${documented}export function pageSize() {}\nfunction inner() {}\nexport const LIMIT = (2 + 3) * 4\n`,
  })

  expect({ faults, read }).toEqual({ faults: [], read: 1 })
})

test('a word of the "not" column is a breach in code, SQL and screens, and none in prose', async () => {
  const { faults } = await checkTree('words', {
    'src/a.ts': '// a conversation in other desks\nconst openConversation = 1\n',
    'migrations/0001_a.sql': '-- a task\ncreate table contact_note (id bigint);\n',
    'src/web/locales/en.json': '{"title": "Your tasks", "hint": "A private message to a user"}',
  })

  expect(faults).toEqual([
    'src/a.ts:2 "openConversation": our word is ticket',
    'migrations/0001_a.sql:2 "contact_note": our word is customer',
    'src/web/locales/en.json:1 "private message": our word is note',
    'src/web/locales/en.json:1 "tasks": our word is job',
    'src/web/locales/en.json:1 "user": our word is agent',
  ])
})

test('the words of protocols, of the language and of the place they stand in are none of ours', async () => {
  const { faults } = await checkTree('words', {
    'src/a.ts': "switch (method.toLowerCase()) { case 'POST': send({ 'user-agent': userAgent }) }\n",
    'src/mail/a.ts': 'const comment = readComment(text)\n',
    'migrations/0001_a.sql': 'select case when a then 1 end;\n',
  })

  expect(faults).toEqual([])
})

test('a cited document that is not in the repository is a breach', async () => {
  const { faults, read } = await checkTree('cited-files', {
    'src/a.ts':
      '// docs/rfc.md, docs/decisions/0044, docs/decisions/0045, plans.md and https://example.com/a.md\n',
    'docs/rfc.md': 'see decisions/0044-small.md, and gone.md\n',
    'docs/decisions/0044-small.md': 'see ../../docs/rfc.md\n',
    'migrations/0001_a.sql': '-- Why: plans.md\n',
  })

  expect(faults).toEqual([
    'docs/rfc.md:1 cites gone.md, which is not here',
    'src/a.ts:1 cites plans.md, which is not here',
    'src/a.ts:1 cites docs/decisions/0045, which is not here',
  ])
  expect(read).toBe(7)
})

test('a cited RFC without a row in the register is a breach', async () => {
  const { faults, read } = await checkTree('rfc-register', {
    'src/a.ts': '// RFC 5321 §4.2, RFC 3834 and RFC822.SIZE\n',
    'docs/rfc.md': '| RFC | what | where | test |\n|---|---|---|---|\n| 5321 | part | src/a.ts | — |\n',
  })

  expect(faults).toEqual(['RFC 3834 has no row in docs/rfc.md; cited in src/a.ts:1'])
  expect(read).toBe(2)
})

test('a row of the register names a test that is there', async () => {
  const { faults } = await checkTree('rfc-register', {
    'docs/rfc.md': '| 5321 | part | a | `mail/a`, `mail/b` |\n| 3834 | yes | a | none |\n',
    'test/mail/a.test.ts': '',
  })

  expect(faults).toEqual([
    'RFC 5321 names test/mail/b.test.ts in docs/rfc.md, which is not there',
    'RFC 3834 names no test in docs/rfc.md',
  ])
})

const ENGLISH = '{"list": {"new_one": "{{count}} new", "new_other": "{{count}} new"}, "hello": "Hi {{name}}"}'
const RUSSIAN =
  '{"list": {"new_one": "новое", "new_few": "{{count}} новых", "new_many": "{{count}} новых", "new_other": "{{count}}"}, "hello": "Привет, {{name}}"}'

test('a language needs every text, all its plural forms and the same placeholders', async () => {
  const { faults, read } = await checkTree('locales', {
    'src/web/locales/en.json': ENGLISH,
    'src/web/locales/bg.json':
      '{"list": {"new_one": "{{count}}", "new_other": "{{count}}"}, "hello": "Здравей"}',
    'src/web/locales/ru.json': RUSSIAN,
    'src/web/locales/pl.json': ENGLISH,
    'src/web/a.tsx': "t('hello'); t('list.new'); t('gone')\n",
    'src/api/errors.ts': "const statusByCode = {\n  'moved-away': 409,\n}\n",
  })

  expect(faults).toEqual([
    'src/web/locales/bg.json hello lacks {{name}}',
    'src/web/locales/pl.json lacks list.new_few',
    'src/web/locales/pl.json lacks list.new_many',
    'src/web/a.tsx:1 no text for gone',
    'src/api/errors.ts: no words for moved-away, as fault.moved-away',
  ])
  expect(read).toBe(3)
})

test('a failure raised by name that no test names is a breach, be its class AppError or another', async () => {
  const { faults, read } = await checkTree('error-codes', {
    'src/a.ts':
      "class Lost extends AppError {}\nthrow new Lost('mail-lost')\nthrow new AppError(\n  'mail-late', 'late')\n",
    'src/b.ts': "throw new TypeError('not-ours')\nthrow new AppError('mail-gone', 'gone')\n",
    'test/a.test.ts': "expect(code).toBe('mail-late')\n// mail-gone-too\n",
    'test/planted/bugs.ts': "'mail-gone'\n",
  })

  const found = faults.filter(fault => fault.startsWith('src/'))
  expect(found).toEqual([
    expect.stringContaining('src/b.ts:2: no file of test/ names mail-gone'),
    expect.stringContaining('src/a.ts:2: no file of test/ names mail-lost'),
  ])
  expect(read).toBe(3)
})
