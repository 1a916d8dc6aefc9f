import type { ParsedMail } from 'mailparser'
import { readPlainSender } from './plain-sender.ts'

// Enough for any honest header; a longer one is judged by the fields it begins with.
const MAX_HEADER_BYTES = 64 * 1024
// mailsplit looks for line ends at the end of a text by `/[\r\n]+$/`, which takes the square of a run's length.
const LONG_RUN = /[\r\n]{50,}/g

/**
 * The sender's address as mailparser reads it, in lower case; null where it finds none or gives up. A
 * plain one is not worth its half millisecond, a third of what reading a mail costs.
 *
 * Two readers that disagree about From are how a forged sender slips past one of them, so whoever
 * shows a sender asks both. Only the header is read: a mail's body cannot slow this down.
 *
 * @param header the bytes up to the first empty line
 */
export async function readSenderAgain(header: Buffer): Promise<string | null> {
  const plain = readPlainSender(header)
  if (plain !== null) return plain
  const { simpleParser } = await import('mailparser') // 4 MB with what it needs, for one sender in many
  try {
    const reading: Promise<Pick<ParsedMail, 'from'>> = simpleParser(boundedHeader(header), {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
    })
    const mail = await reading
    const first = mail.from?.value.find(sender => sender.address)
    return first?.address?.toLowerCase() ?? null
  } catch {
    return null // it throws for headers it finds too long; our own reader has marked those
  }
}

/** As latin1: each byte stays what it is. */
function boundedHeader(header: Buffer): Buffer {
  const text = header.toString('latin1', 0, MAX_HEADER_BYTES)
  return Buffer.from(`${text.replace(LONG_RUN, run => run.slice(0, 50))}\r\n\r\n`, 'latin1')
}
