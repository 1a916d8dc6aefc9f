import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { type Letterdesk, type LetterdeskOptions, startLetterdesk } from './letterdesk.ts'
import { runSql, templateName } from './postgres-server.ts'

/**
 * Starts the whole product on a clone of the migrated template instead of on a server of its own: 8 s
 * of CPU with its stop instead of the 14 s of `startLetterdesk`. For tests of what agents and customers meet.
 * Tests of the carried Postgres, of a first start, of crashes and of figures take `startLetterdesk`.
 *
 * Stopping it drops the database. It does not bring its test to Debian's Postgres (config/database-tests.ts).
 */
export async function startProduct(options: Omit<LetterdeskOptions, 'databaseUrl'>): Promise<Letterdesk> {
  const name = `product_${randomUUID().replaceAll('-', '')}`
  const superuserUrl = inject('postgresSuperuserUrl')
  const drop = async (): Promise<void> => await runSql(superuserUrl, `drop database ${name} with (force)`)
  await runSql(superuserUrl, `create database ${name} template ${templateName} owner letterdesk`)
  const databaseUrl = inject('postgresUrl').replace('DATABASE', name)
  const product = await startLetterdesk({ ...options, databaseUrl }).catch(async error => {
    await drop()
    throw error
  })
  return {
    ...product,
    stop: async () => {
      await product.stop()
      await drop()
    },
  }
}
