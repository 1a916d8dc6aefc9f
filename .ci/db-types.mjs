// Makes src/db/schema.ts from a freshly migrated empty database, or compares (`--check`, exit 1 when
// it differs). Runs on the Node of node_modules/.bin (npm scripts do).
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { makeTemplate, startPostgresServer, templateName } from '../test/support/postgres-server.ts'

const root = new URL('..', import.meta.url).pathname
const schemaFile = join(root, 'src/db/schema.ts')
const run = promisify(execFile)

// bigint comes as a number (db/database.ts parses it), a day as text; JSON see db/json-column.ts.
const typeMapping = { int8: 'number', jsonb: 'Json', xid8: 'string', date: 'string' }

// Words the database does not check, so that a new one needs no migration.
const vocabulary = {
  'agent.language': 'Language',
  'mail_template.language': 'Language',
  'saved_reply_text.language': 'Language',
  'dkim_key.check_code': 'DkimCheck',
  'message.kind': 'MailKind',
  'message.placed_by': 'PlacedBy',
  'ticket_event.kind': 'TicketEventKind',
}

const imports = [
  'import type { Json } from "./json-column.ts";',
  `import type { ${[...new Set(Object.values(vocabulary))].sort().join(', ')} } from "../shared/vocabulary.ts";`,
].join('\n')

async function generate() {
  const server = await startPostgresServer('embedded')
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-types-'))
  try {
    await makeTemplate(server)
    const url = server.urlOf(templateName)
    const file = join(folder, 'schema.ts')
    await run(process.execPath, [
      join(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
      '--dialect=postgres',
      `--url=${url}`,
      '--default-schema=public',
      '--include-pattern=public.*',
      '--exclude-pattern=public.migration',
      '--date-parser=string',
      '--type-only-imports',
      `--type-mapping=${JSON.stringify(typeMapping)}`,
      `--overrides=${JSON.stringify({ columns: await listUnions(url) })}`,
      `--out-file=${file}`,
    ])
    const text = await readFile(file, 'utf8')
    return text.replace('import type { ColumnType } from "kysely";', found => `${found}\n\n${imports}`)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

// A text column with `check (… in (…))` becomes the union of those words, one of `vocabulary` its type.
async function listUnions(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(columnsOfText)
    return Object.fromEntries(
      rows.flatMap(({ column, nullable, generated, rule }) => {
        const words = [...(rule ?? '').matchAll(/'([^']+)'::text/g)].map(match => `'${match[1]}'`)
        const type = vocabulary[column] ?? words.join(' | ')
        if (type === '') return []
        const whole = nullable ? `${type} | null` : type
        return [[column, generated ? `Generated<${whole}>` : whole]]
      }),
    )
  } finally {
    await client.end()
  }
}

const columnsOfText = `
  select t.relname || '.' || a.attname as column, not a.attnotnull as nullable, a.atthasdef as generated,
    pg_get_constraintdef(c.oid) as rule
  from pg_class t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and a.atttypid = 'text'::regtype
  left join pg_constraint c on c.conrelid = t.oid and c.contype = 'c' and c.conkey = array[a.attnum]
    and pg_get_constraintdef(c.oid) like '%= ANY (ARRAY[%'
  where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
  order by 1`

const text = await generate()
if (!text.includes('export interface DB')) throw new Error('kysely-codegen found no tables')
if (process.argv.includes('--write')) {
  await writeFile(schemaFile, text)
} else if ((await readFile(schemaFile, 'utf8').catch(() => '')) !== text) {
  console.error('src/db/schema.ts does not match the migrations: run npm run db:types and commit it')
  process.exitCode = 1
}
