import { runCommand } from './commands/command-list.ts'
import { ConfigFaults, readEnvironment } from './config.ts'
import { AppError } from './lib/app-error.ts'

// The process's last catch: what we raise on purpose is said in a line, a bug with where it happened.
try {
  process.exit(await runCommand(process.argv.slice(2), readEnvironment()))
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}

function explain(error: unknown): string {
  if (error instanceof ConfigFaults) {
    const lines = error.faults.map(fault => `  ${fault.setting} ${fault.problem}`)
    return ['Letterdesk cannot start with these settings:', ...lines].join('\n')
  }
  if (error instanceof AppError) return `Letterdesk: ${error.message} (${error.code})`
  if (isPortTaken(error)) return `Letterdesk: port ${error.port} is in use: stop what uses it, or set PORT`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function isPortTaken(error: unknown): error is Error & { port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error
}
