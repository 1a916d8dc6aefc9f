import { withDatabase } from '../app.ts'
import { type Environment, loadConfig } from '../config.ts'
import { migrate, migrationsFolder } from '../db/migrate.ts'
import { migrateJobs } from '../jobs/run-jobs.ts'
import { createLog } from '../lib/log.ts'

/** `letterdesk migrate`: for operators who start with `MIGRATE=no`. @returns the exit code */
export async function runMigrate(env: Environment): Promise<number> {
  const { config } = loadConfig(env)
  const log = createLog({ level: config.logLevel })
  return await withDatabase(config, log, async ({ directUrl }) => {
    const landed = await migrate({ directUrl, folder: migrationsFolder, log })
    await migrateJobs({ directUrl, log })
    log.info({ landed: landed.length }, 'schema is current')
    return 0
  })
}
