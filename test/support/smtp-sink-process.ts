import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Certificates } from './certificates.ts'
import { type Accepted, readSinkLog } from './sink-log.ts'

/** A sink that outlives the killed product; what it accepted is read from its log file. */
export type SmtpSinkProcess = {
  host: string
  port: number
  tlsPort: number
  pid: number
  readAccepted(): Accepted[]
  stop(): Promise<void>
}

export type SmtpSinkProcessOptions = { certificates: Certificates; logFile: string; finalStallMs?: number }

/** Starts smtp-sink-main.ts with this Node. It ends with the process that started it, even a killed one. */
export async function startSmtpSinkProcess(options: SmtpSinkProcessOptions): Promise<SmtpSinkProcess> {
  const { certificates, logFile, finalStallMs = 0 } = options
  const main = new URL('./smtp-sink-main.ts', import.meta.url).pathname
  const settings = [
    '--log',
    logFile,
    '--certificates',
    certificates.dir,
    '--final-stall-ms',
    String(finalStallMs),
  ]
  const child = spawn(process.execPath, [main, ...settings], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const firstLine = once(createInterface({ input: child.stdout }), 'line')
  const [line] = await Promise.race([
    firstLine,
    ended.then(([code]) => Promise.reject(new Error(`the sink ended with ${code}`))),
  ])
  const { port, tlsPort } = JSON.parse(String(line)) as { port: number; tlsPort: number }
  return {
    host: '127.0.0.1',
    port,
    tlsPort,
    pid: child.pid ?? 0,
    readAccepted: () => readSinkLog(logFile),
    stop: async () => {
      child.kill('SIGTERM')
      child.stdin.end() // an open one keeps it alive
      await ended
    },
  }
}
