import { type Foundation, withFoundation } from '../app.ts'
import { type Config, type Environment, loadConfig } from '../config.ts'
import { createLog, type Log } from '../lib/log.ts'

/**
 * Runs a command on the tables that the environment names, brought to this version first. The embedded
 * database has one owner: stop the inbox before.
 *
 * @throws ConfigFaults; AppError `already-running` while the inbox owns the embedded database
 */
export async function runOnTables<Result>(
  env: Environment,
  work: (tables: Foundation & { config: Config; log: Log }) => Promise<Result>,
): Promise<Result> {
  const { config } = loadConfig(env)
  const log = createLog({ level: config.logLevel })
  return await withFoundation(config, log, foundation => work({ ...foundation, config, log }))
}
