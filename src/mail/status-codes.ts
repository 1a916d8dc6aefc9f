import { cleanLine } from './clean-line.ts'

/** How a server answered, found in its words: both may be `''`. */
export type FoundCodes = { status: string; replyCode: string }

const MAX_CHARS = 4_000
// Subjects of RFC 3463 are 0 to 7, and Microsoft's details have three digits: versions and addresses are longer.
const STATUS = /(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)/g
const REPLY_THEN_STATUS = /(?<![\d.])([245][0-5]\d)[- #(]{1,3}([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)/g
const REPLY = /(?:^|[\s:#(<[>])([45][0-5]\d)(?=[ \-:#,\])]|$)(?! ?(?:bytes|octets|kb|mb|msec|ms|attempts)\b)/i

/**
 * The codes in a server's words. A status right after a reply code goes before one that stands alone,
 * the last of several before the earlier ones where those say nothing (`554 4.4.7 expired <421 4.4.2>`).
 */
export function findCodes(words: string): FoundCodes {
  const text = words.slice(0, MAX_CHARS)
  const pairs = [...text.matchAll(REPLY_THEN_STATUS)].map(found => found[2] ?? '')
  const alone = [...text.matchAll(STATUS)].map(found => found[1] ?? '')
  const telling = [...pairs, ...alone].find(status => !isVague(status))
  return { status: telling ?? pairs[0] ?? alone[0] ?? '', replyCode: REPLY.exec(text)?.[1] ?? '' }
}

/** Whether a status names no cause: `5.0.0` and "delivery time expired", which is what came of the cause. */
export function isVague(status: string): boolean {
  return status === '' || /\.0\.0$|\.4\.7$/.test(status)
}

/** The status that says most: what the far server said, else what the report states. */
export function bestStatus(stated: string, said: string): string {
  if (!isVague(said)) return said
  if (!isVague(stated)) return stated
  return stated === '' || stated.endsWith('.0.0') ? said || stated : stated
}

/** Words as they are kept: on one line, at most 1,000 characters. */
export function keptWords(words: string): string {
  return cleanLine(words, 1_000)
}
