import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Where the mails are that are fetched and parsed. */
export type CeilingWish = { port: number; ca: string; user: string; password: string }

/** What one process with imapflow and mailparser alone did. */
export type CeilingResult = { mails: number; perSecond: number; cpuMsPerMail: number; peakMb: number }

const runFile = promisify(execFile)
const program = fileURLToPath(new URL('./ceiling-main.ts', import.meta.url))

/**
 * Measures the fixed ceiling: fetch {uid, source} in batches of 50 and simpleParser with skipTextToHtml
 * and skipImageLinks, in a child process, over the same mails on the same server.
 */
export async function measureCeiling(wish: CeilingWish): Promise<CeilingResult> {
  const { stdout } = await runFile(process.execPath, [program, JSON.stringify(wish)])
  return JSON.parse(stdout) as CeilingResult
}
