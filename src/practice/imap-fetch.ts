import { type ImapToken, quoted, textOf } from './imap-wire.ts'
import type { PracticeMailRow } from './practice.queries.ts'

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * One untagged FETCH answer (RFC 3501 §7.4.2). Known items: UID, FLAGS, INTERNALDATE, RFC822.SIZE,
 * BODY[…] and BODY.PEEK[…] of the whole mail, its header, or named fields, with an optional `<from.count>`.
 */
export function fetchAnswer(sequence: number, mail: PracticeMailRow, items: readonly string[]): Buffer {
  const parts = items.map(item => itemAnswer(item, mail)).filter(part => part !== undefined)
  const joined = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(' '), part]))
  return Buffer.concat([Buffer.from(`* ${sequence} FETCH (`), ...joined, Buffer.from(')\r\n')])
}

/** The items of a FETCH command: one atom or a list; UID is always among the answers of UID FETCH. */
export function fetchItems(argument: ImapToken | undefined, options: { withUid: boolean }): string[] {
  const items = (Array.isArray(argument) ? argument : [argument ?? '']).map(textOf)
  return options.withUid && !items.some(item => item.toUpperCase() === 'UID') ? ['UID', ...items] : items
}

/** The first header field of a name, unfolded; undefined where there is none. */
export function headerField(raw: Buffer, name: string): string | undefined {
  const header = headerOf(raw)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ')
  const prefix = `${name.toLowerCase()}:`
  const line = header.split('\r\n').find(candidate => candidate.toLowerCase().startsWith(prefix))
  return line?.slice(prefix.length).trim()
}

function itemAnswer(item: string, mail: PracticeMailRow): Buffer | undefined {
  const name = item.toUpperCase()
  if (name === 'UID') return Buffer.from(`UID ${mail.uid}`)
  if (name === 'FLAGS') return Buffer.from(`FLAGS (${mail.flags.join(' ')})`)
  if (name === 'INTERNALDATE') return Buffer.from(`INTERNALDATE ${quoted(imapDate(mail.receivedAt))}`)
  if (name === 'RFC822.SIZE') return Buffer.from(`RFC822.SIZE ${mail.raw.length}`)
  const section = /^BODY(?:\.PEEK)?\[(.*)\](?:<(\d+)\.(\d+)>)?$/s.exec(
    item.replace(/^body(\.peek)?/i, match => match.toUpperCase()),
  )
  if (!section) return undefined
  const whole = sectionBytes(mail.raw, section[1] ?? '')
  const from = section[2] === undefined ? 0 : Number(section[2])
  const bytes = section[2] === undefined ? whole : whole.subarray(from, from + Number(section[3]))
  const origin = section[2] === undefined ? '' : `<${from}>`
  return Buffer.concat([Buffer.from(`BODY[${section[1] ?? ''}]${origin} {${bytes.length}}\r\n`), bytes])
}

function sectionBytes(raw: Buffer, section: string): Buffer {
  if (section === '') return raw
  if (/^header$/i.test(section)) return headerOf(raw)
  const named = /^header\.fields \((.*)\)$/is.exec(section)
  if (!named) return Buffer.alloc(0)
  const wanted = new Set((named[1] ?? '').toLowerCase().replaceAll('"', '').split(/\s+/))
  const fields = headerOf(raw)
    .toString('latin1')
    .split(/\r\n(?![ \t])/)
  const kept = fields.filter(field => wanted.has(field.slice(0, field.indexOf(':')).toLowerCase()))
  return Buffer.from(`${kept.map(field => `${field}\r\n`).join('')}\r\n`, 'latin1')
}

function headerOf(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n')
  return end < 0 ? raw : raw.subarray(0, end + 4)
}

/** `02-Nov-2026 14:05:00 +0000` (RFC 3501 §9, date-time). */
function imapDate(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2, '0')
  return `${day}-${monthNames[at.getUTCMonth()]}-${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`
}
