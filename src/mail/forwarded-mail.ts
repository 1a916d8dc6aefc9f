import { makeAddress } from './address.ts'
import { parseAddressList } from './address-list.ts'
import { cleanLine } from './clean-line.ts'
import { isForwardSubject, withoutForwardMarks } from './forward-subject.ts'
import { readHeaderFields } from './header-fields.ts'
import { readMailHeaders } from './mail-headers.ts'
import type { Address, ForwardedMail } from './mail-types.ts'
import { type MimePart, partBytes } from './mime-tree.ts'
import { isForwardDivider, isReplyDivider, type Label, labelOf, startsHeaderBlock } from './quote-headers.ts'

/** A mail forwarded inside of the text: `text` is what its own writer wrote, without the quote marks around it. */
export type ForwardedText = ForwardedMail & { text: string }

const MAX_CHARS = 500_000
const MAX_LINES = 5_000
const MAX_BLOCK_LINES = 20
const MAX_VALUE_CHARS = 1_000
const MAX_SUBJECT_CHARS = 998 // RFC 5322 §2.1.1
const ANSWER = /^\s{0,5}(?:re|aw|antw|sv|odp|ynt|rif|res|отв|отг|на)(?:\[\d{1,3}\])?\s{0,3}[:：]/iu

/**
 * Whose mail was forwarded: as one message/rfc822 part, or in the text (findForwardedText). Null for none or
 * more than one. It says what the forwarding program wrote, which proves nothing of that person. Linear.
 */
export function readForwarded(mail: {
  raw: Buffer
  leaves: readonly MimePart[]
  subject: string
  text: string
}): ForwardedMail | null {
  if (isAnswer(mail.subject)) return null
  const inText = findForwardedText(mail)
  if (inText) return { from: inText.from, subject: inText.subject }
  const attached = mail.leaves.filter(part => part.contentType === 'message/rfc822')
  const [part] = attached
  return part && attached.length === 1 ? readHead(partBytes(mail.raw, part)) : null
}

/**
 * The mail that somebody forwarded inside of theirs, by the words of Gmail, Outlook, Apple Mail, Thunderbird
 * and their kin in our languages: a divider (`Forwarded message`) with a header block below it, or, where the
 * subject is marked as forwarded, the first header block alone. What is quoted or stands further below was
 * written by others: the first block decides, or nothing does.
 */
export function findForwardedText(mail: { subject: string; text: string }): ForwardedText | null {
  const isMarked = isForwardSubject(mail.subject)
  if (!isMarked && isAnswer(mail.subject)) return null
  const lines = mail.text.slice(0, MAX_CHARS).split('\n', MAX_LINES)
  const start = lines.findIndex(
    (line, at) => startsForward(lines, at, isMarked) && (isMarked || !isQuoted(line)),
  )
  if (start < 0) return null
  const isDivided = labelOf(lines[start] ?? '') === undefined
  const block = readBlock(lines, isDivided ? start + 1 : start)
  const from = addressIn(block.fields.get('from') ?? '')
  if (!from) return null
  const named = cleanLine(block.fields.get('subject') ?? '', MAX_SUBJECT_CHARS)
  return {
    from,
    subject: named === '' ? withoutForwardMarks(mail.subject) : named,
    text: bodyOf(lines, block),
  }
}

function isAnswer(subject: string): boolean {
  return ANSWER.test(subject.slice(0, 60))
}

function startsForward(lines: readonly string[], at: number, isMarked: boolean): boolean {
  const line = lines[at] ?? ''
  if (isForwardDivider(line)) return true
  return isMarked && (isReplyDivider(line) || startsHeaderBlock(lines, at))
}

function isQuoted(line: string): boolean {
  return /^\s{0,5}>/.test(line)
}

type Block = { fields: Map<Label, string>; end: number }

/** The header block below a divider: its fields, of each the first, and the line its mail begins on. */
function readBlock(lines: readonly string[], start: number): Block {
  const fields = new Map<Label, string>()
  let last: Label | undefined
  let at = start
  for (; at < lines.length && at < start + MAX_BLOCK_LINES; at++) {
    const line = unquoted(lines[at] ?? '')
    if (fields.size === 0 && INTRODUCTION.test(line)) return { fields: introduced(line), end: at + 1 }
    if (labelOf(line) === undefined && endsBlock(lines, at, fields, last)) break
    last = enterLine(fields, line, last)
  }
  return { fields, end: at }
}

/** @returns the field that the next line may go on with */
function enterLine(fields: Block['fields'], line: string, last: Label | undefined): Label | undefined {
  const label = labelOf(line)
  if (label === undefined && OTHER_FIELD.test(line)) return undefined
  if (label === undefined && last !== undefined) addValue(fields, last, line)
  if (label === undefined) return last
  if (fields.has(label)) return undefined
  addValue(fields, label, line.slice(line.search(/[:：]/) + 1))
  return label
}

function addValue(fields: Block['fields'], label: Label, value: string): void {
  const whole = `${fields.get(label) ?? ''} ${value.slice(0, MAX_VALUE_CHARS).trim()}`
  fields.set(label, whole.trim().slice(0, MAX_VALUE_CHARS))
}

const OTHER_FIELD = /^\p{L}[\p{L} -]{1,24}[:：]/u // Importance, Attachments and the like, in any language
const INTRODUCTION = /^.{0,900}@[^\s@]{1,255}>?:\s{0,5}$/

/** Yandex says in one line who wrote and when: `04.11.2026, 10:00, "Ann" <ann@example.org>:`. */
function introduced(line: string): Block['fields'] {
  const value = line.trim().slice(0, -1)
  return new Map([['from', value.replace(/^[\d.,:/\s]{1,60}/, '')]])
}

/** Blank lines may stand before the block and, made from HTML, inside it; a value may go on below its label. */
function endsBlock(lines: readonly string[], at: number, fields: Block['fields'], last: Label | undefined) {
  const line = unquoted(lines[at] ?? '')
  const isFollowed = [1, 2].some(step => labelOf(unquoted(lines[at + step] ?? '')) !== undefined)
  const goesOn = isFollowed || isUnfinished(last === undefined ? ' ' : (fields.get(last) ?? ''))
  if (line.trim() === '') return fields.size > 0 && !goesOn
  return fields.size === 0 || !(goesOn || OTHER_FIELD.test(line))
}

/** A list of recipients goes on below a comma; a value may stand below its label. */
function isUnfinished(value: string): boolean {
  return value === '' || value.endsWith(',') || value.endsWith(';')
}

/** Apple Mail quotes what it forwards. */
function unquoted(line: string): string {
  return line.replace(/^\s{0,5}>\s?/, '')
}

/** Where the header block is quoted, so is its mail: what stands below without a mark is of whoever forwards it. */
function bodyOf(lines: readonly string[], block: Block): string {
  const body = lines.slice(block.end)
  if (!isQuoted(lines[block.end - 1] ?? '')) return body.join('\n').trim()
  const own = body.findIndex(line => line.trim() !== '' && !isQuoted(line))
  const quoted = own < 0 ? body : body.slice(0, own)
  return quoted.map(unquoted).join('\n').trim()
}

/** `Ann <ann@example.org>`, also as Outlook (`[mailto:…]`, `<mailto:…>`) and abv.bg (no brackets) write it. */
function addressIn(value: string): Address | undefined {
  const plain = value
    .slice(0, MAX_VALUE_CHARS)
    .replace(/<mailto:[^<>\s]{1,330}>/gi, '')
    .replace(/\[mailto:([^\]\s]{1,330})\]/i, '<$1>')
    .replace(/^[\s*_]{1,20}/, '')
  const listed = parseAddressList(plain, text => text).addresses[0]
  const bare = /[^\s<>()[\]"',:;*]{1,64}@[^\s<>()[\]"',:;*]{1,255}/.exec(plain)
  const found = listed ?? (bare ? makeAddress(plain.slice(0, bare.index), bare[0]) : undefined)
  if (!found) return undefined
  const name = (found.name ?? '').replace(/^["'*\s]{1,20}|["'*\s]{1,20}$/g, '')
  return { name: name === '' || name.includes('@') ? null : name, address: found.address }
}

function readHead(bytes: Buffer): ForwardedMail | null {
  const { fields } = readHeaderFields(bytes, 0, bytes.length)
  const { from, subject } = readMailHeaders(fields, null, new Set())
  return from === null ? null : { from, subject }
}
