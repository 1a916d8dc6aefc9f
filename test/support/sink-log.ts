import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/**
 * One mail the sink took responsibility for. `raw` is DATA without the dot-stuffing,
 * `internetMessageId` its Message-ID without angle brackets, `seq` counts from 1.
 */
export type Accepted = {
  seq: number
  at: Date
  user: string | null
  isTls: boolean
  from: string
  to: string[]
  raw: Buffer
  sha256: string
  internetMessageId: string | null
}

/** Reads what identifies a mail from its bytes. */
export function identify(raw: Buffer): Pick<Accepted, 'sha256' | 'internetMessageId'> {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ')
  return {
    sha256: createHash('sha256').update(raw).digest('hex'),
    internetMessageId: /^Message-ID:\s*<([^>]*)>/im.exec(unfolded)?.[1] ?? null,
  }
}

/** Writes one line; it is in the file when this returns, so a killed reader finds it. */
export function appendToSinkLog(file: string, accepted: Accepted): void {
  const { at, raw, ...rest } = accepted
  appendFileSync(file, `${JSON.stringify({ ...rest, at: at.toISOString(), raw: raw.toString('base64') })}\n`)
}

/** Everything a sink with this log file has accepted so far; nothing when it took no mail yet. */
export function readSinkLog(file: string): Accepted[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map(line => {
    const row = JSON.parse(line) as Omit<Accepted, 'at' | 'raw'> & { at: string; raw: string }
    return { ...row, at: new Date(row.at), raw: Buffer.from(row.raw, 'base64') }
  })
}
