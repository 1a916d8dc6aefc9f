import type { TestProject } from 'vitest/node'
import { makeTemplate, startPostgresServer } from './postgres-server.ts'

/** Starts one server for all test files of a project: Debian's 15 in the project of that name, else ours. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
