import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inject } from 'vitest'
import { type Db, openDatabase } from '../../src/db/database.ts'
import { createLog } from '../../src/lib/log.ts'
import { runSql, templateName } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, as superuser; started by global-setup.ts. */
    postgresSuperuserUrl: string
    /** The same server as the plain role that owns our tables, with `DATABASE` for the name. */
    postgresUrl: string
  }
}

/** A migrated database of one test file's own. `close` all connections of yours, then `drop` it. */
export type TestDatabase = { url: string; db: Db; pool: pg.Pool; drop: () => Promise<void> }

/** Clones the migrated template, for one test file: about 50 ms. Connect with `url` for more pools. */
export async function createDatabase(): Promise<TestDatabase> {
  return await create(`template ${templateName}`)
}

/**
 * A database with nothing in it, for tests of migrations.
 *
 * @param likeness how it is to differ from those of its server, as `create database` takes it
 */
export async function createEmptyDatabase(likeness = ''): Promise<TestDatabase> {
  return await create(likeness)
}

/** Runs SQL as the superuser of the server that a database of a test lies on. */
export async function runAsSuperuser(text: string): Promise<void> {
  await runSql(inject('postgresSuperuserUrl'), text)
}

async function create(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const superuserUrl = inject('postgresSuperuserUrl')
  await runSql(superuserUrl, `create database ${name} ${template} owner letterdesk`)
  const url = inject('postgresUrl').replace('DATABASE', name)
  const { db, pool, close } = openDatabase({
    url,
    log: createLog({ level: 'silent' }),
    maxConnections: 10,
    keepsStatements: true,
  })
  const drop = async () => {
    await close()
    await runSql(superuserUrl, `drop database ${name} with (force)`)
  }
  return { url, db, pool, drop }
}
