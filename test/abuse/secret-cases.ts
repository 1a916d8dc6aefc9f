import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { inviteAgent } from '../../src/shared/agents.ts'
import { CANARIES } from './hostile-desk.ts'
import { desk } from './the-desk.ts'

test('no secret can be read from the database: no password, session, link or key', async () => {
  const { link } = await desk().owner.call(inviteAgent, {
    body: {
      email: 'late@desk.test',
      name: 'Late',
      role: 'agent',
      language: 'en',
      mailboxIds: [],
      sendMail: false,
    },
  })
  const { dataDir } = desk().product
  const secrets = [
    ...Object.values(CANARIES),
    link.split('/link/')[1] ?? '',
    ...[desk().owner, desk().outsider].map(client => client.cookie().split('=')[1] ?? ''),
    readFileSync(join(dataDir, 'keys/secret.key'), 'utf8').trim(),
  ]

  const dump = await readEveryTable(dataDir)

  expect(dump).toContain('support@desk.test')
  expect(secrets.every(secret => secret.length >= 20)).toBe(true)
  for (const secret of secrets) expect(dump.includes(secret)).toBe(false)
})

/** Every row of every table as text, as a dump would hold it; bytes as hex and as what they spell. */
async function readEveryTable(dataDir: string): Promise<string> {
  const cluster = readdirSync(dataDir).find(name => /^pg\d+$/.test(name)) ?? ''
  const password = readFileSync(join(dataDir, 'keys/database.key'), 'utf8').trim()
  const client = new pg.Client({
    host: join(dataDir, cluster),
    user: 'letterdesk',
    database: 'letterdesk',
    password,
  })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    const texts: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select one::text as row from ${name} one`)
      texts.push(
        ...rows.map(
          ({ row }) =>
            row + row.replace(/\\x([0-9a-f]+)/g, (_, hex) => Buffer.from(hex, 'hex').toString('latin1')),
        ),
      )
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
