import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/postgres.ts'

// As config/vitest.config.ts names them; Debian's is the oldest that we support.
const VERSIONS: Record<string, RegExp> = { embedded: /^18\./, debian15: /^15\./ }

test('tests run on the Postgres that their project is named after', async () => {
  const { db, drop } = await createDatabase()

  const { rows } = await sql<{ server_version: string }>`show server_version`.execute(db)

  await drop()
  expect(rows[0]?.server_version).toMatch(VERSIONS[process.env.TEST_POSTGRES ?? ''] ?? 'named')
})
