import { parseMail } from '../../src/mail/parse-mail.ts'
import { makeCertificates } from '../support/certificates.ts'
import { startDovecot } from '../support/dovecot.ts'
import { openRawImap, type RawImap } from '../support/raw-imap.ts'
import { makeFromLines } from './from-lines.ts'

/** What three readers made of From fields: ours, the second one inside the product, and Dovecot. */
export type SenderReport = {
  count: number
  /** All agree on one address. */
  same: number
  /** Somebody disagrees, and the product doubts the sender or names none. */
  doubted: number
  /** Dovecot reads another address than the product, which does not doubt its own. */
  trusted: { from: string; ours: string; theirs: string }[]
}

/**
 * Reads the same From fields by the product and by Dovecot's ENVELOPE (RFC 3501 §7.4.2): whoever is shown
 * as the sender where the readers disagree must be marked (A76).
 */
export async function compareSenders(options: { count: number; seed: number }): Promise<SenderReport> {
  const fields = makeFromLines(options.count, options.seed)
  const mails = fields.map(from => Buffer.from(`From: ${from}\r\nTo: a@desk.test\r\nSubject: x\r\n\r\nx\r\n`))
  const theirs = await readByDovecot(mails)
  const report: SenderReport = { count: fields.length, same: 0, doubted: 0, trusted: [] }
  for (const [index, raw] of mails.entries()) {
    const mail = await parseMail(raw)
    const ours = mail.from?.address.toLowerCase() ?? ''
    const isDoubted = mail.defects.some(defect => /^(doubtful-sender|several-from)$/.test(defect))
    if (ours === theirs[index] && !isDoubted) report.same++
    else if (ours === '' || isDoubted) report.doubted++
    else report.trusted.push({ from: fields[index] ?? '', ours, theirs: theirs[index] ?? '' })
  }
  return report
}

/** Whether Dovecot read an address, and not that there is none. */
export function isRealAddress(address: string): boolean {
  return address !== '' && !/missing_mailbox|missing_domain|syntax_error/.test(address)
}

/** The first sender's address of each mail, in lower case; '' where the server finds none. */
async function readByDovecot(mails: readonly Buffer[]): Promise<string[]> {
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const imap = await openRawImap({
    host: '127.0.0.1',
    port: dovecot.imapsPort,
    ca: certificates.ca,
    user: 'senders@desk.test',
    password: 'secret',
  })
  try {
    for (const raw of mails) await imap.command('APPEND INBOX', raw)
    await imap.command('EXAMINE INBOX')
    return await readEnvelopes(imap, mails.length)
  } finally {
    imap.close()
    await dovecot.stop()
    await certificates.remove()
  }
}

async function readEnvelopes(imap: RawImap, count: number): Promise<string[]> {
  const found: string[] = []
  for (let start = 1; start <= count; start += 500) {
    const answers = await imap.command(`FETCH ${start}:${Math.min(count, start + 499)} (ENVELOPE)`)
    for (const { text, literals } of answers) {
      if (!text.includes('ENVELOPE (')) continue
      found.push(firstSender(text.slice(text.indexOf('ENVELOPE (') + 9), [...literals]))
    }
  }
  return found
}

/** Date, subject, then the list of senders, each `(name route mailbox host)`; groups have no host. */
function firstSender(envelope: string, literals: Buffer[]): string {
  const [, , senders] = readList(envelope, literals)
  if (!Array.isArray(senders)) return ''
  for (const sender of senders) {
    if (!Array.isArray(sender)) continue
    const [, , mailbox, host] = sender
    if (typeof mailbox === 'string' && typeof host === 'string') return `${mailbox}@${host}`.toLowerCase()
  }
  return ''
}

type Item = string | null | Item[]

function readList(text: string, literals: Buffer[]): Item[] {
  const root: Item[] = []
  const open: Item[][] = [root]
  for (const [token] of text.matchAll(/[()]|"(?:[^"\\]|\\.)*"|\{\d+\}|[^\s()"]+/g)) {
    const list = open.at(-1) ?? root
    if (token === '(') {
      const inner: Item[] = []
      list.push(inner)
      open.push(inner)
    } else if (token === ')') open.pop()
    else list.push(itemOf(token, literals))
  }
  return Array.isArray(root[0]) ? root[0] : []
}

function itemOf(token: string, literals: Buffer[]): Item {
  if (token.startsWith('"')) return token.slice(1, -1).replace(/\\(.)/g, '$1')
  if (token.startsWith('{')) return literals.shift()?.toString() ?? ''
  return token === 'NIL' ? null : token
}
