import type { KyselyPlugin } from 'kysely'
import type { Db } from '../../src/db/database.ts'

/** How many statements some work takes. @param work does it all by the database it is given */
export async function countStatements(db: Db, work: (db: Db) => Promise<unknown>): Promise<number> {
  let count = 0
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count++
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work(db.withPlugin(counting))
  return count
}
