import { createInterface } from 'node:readline'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { AppError } from '../../src/lib/app-error.ts'
import { createLog } from '../../src/lib/log.ts'

// Owns a data folder until the line `stop` comes on standard input: a process that tests can kill.
try {
  const server = await startEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    log: createLog({ level: 'silent' }),
  })
  console.log(JSON.stringify({ url: server.url, postmasterPid: server.postmasterPid() }))
  for await (const line of createInterface(process.stdin)) if (line === 'stop') break
  await server.stop()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message }))
  process.exitCode = 1
}
