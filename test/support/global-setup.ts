import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensureWebBundle } from '../../src/commands/build-web.ts'
import { createLog } from '../../src/lib/log.ts'
import { makeTemplate, startPostgresServer } from './postgres-server.ts'

/** Starts one server for all test files of a project: Debian's 15 in the project of that name, else ours. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Every process of the run, and of the next, takes our code as it was stripped and compiled before.
  process.env.NODE_COMPILE_CACHE ??= join(project.config.root, 'node_modules/.cache/compiled')
  // Once in a fresh clone: else each product that starts first builds it, all at the same time.
  if (!existsSync(join(project.config.root, 'dist/web/index.html'))) {
    await ensureWebBundle({ log: createLog({ level: 'info' }), env: process.env })
  }
  const server = await startPostgresServer(project.name === 'debian15' ? 'debian15' : 'embedded')
  try {
    await makeTemplate(server)
  } catch (error) {
    await server.stop()
    throw error
  }
  project.provide('postgresSuperuserUrl', server.superuserUrl)
  project.provide('postgresUrl', server.urlOf('DATABASE'))
  return server.stop
}
