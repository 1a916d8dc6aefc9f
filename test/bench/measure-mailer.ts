import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Which mails of a sink's log are sent once more, and how. */
export type MailerWish = {
  logFile: string
  mails: number
  port: number
  ca: string
  user: string
  password: string
  connections: number
  /** Connections are kept for the next mail; otherwise each mail has its own, as nodemailer does unasked. */
  isPooled: boolean
}

/** What one process with nodemailer alone did. */
export type MailerResult = { mails: number; perSecond: number; cpuMsPerMail: number }

const runFile = promisify(execFile)
const program = fileURLToPath(new URL('./mailer-main.ts', import.meta.url))

/** Measures how fast nodemailer alone hands the mails to the sink, in a child process. */
export async function measureMailer(wish: MailerWish): Promise<MailerResult> {
  const { stdout } = await runFile(process.execPath, [program, JSON.stringify(wish)])
  return JSON.parse(stdout) as MailerResult
}
