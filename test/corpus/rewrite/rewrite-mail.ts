import type { CaseRow } from '../score-set.ts'
import { fileNameParam, headerText, pick, pickCharset, transferred } from './encode-text.ts'
import { identityMap, mapTexts } from './map-identity.ts'
import { FILE_NAMES, NAMES, SUBJECTS } from './people.ts'
import { fieldOf, type PlainPart, paramOf, readPlainPart, setField, writePlainPart } from './read-mime.ts'

/** A mail written anew, with what is now true of it. */
export type Rewritten = { raw: Buffer; row: CaseRow }

type Draft = { root: PlainPart; row: CaseRow; random: () => number }

type Leaf = { part: PlainPart; type: string; text: string }

/**
 * The same mail as other programs would have sent it: other people, subject, character sets, transfer and
 * header encodings, file names, boundaries, nesting and line ends. Undefined for a mail with any fault,
 * as then nobody can say what of it would still be true.
 */
export function rewriteMail(raw: Buffer, row: CaseRow, random: () => number): Rewritten | undefined {
  const text = raw.toString('latin1').replaceAll('\r\n', '\n')
  if (text.includes('\r') || text.startsWith('From ') || row.must_not_crash === false) return undefined
  const root = readPlainPart(text)
  if (root === undefined) return undefined
  const texts = textsOf(root, row)
  const map = texts === undefined ? (same: string) => same : identityMap(random)
  const draft = { root, row: { ...(mapTexts(row, map) as CaseRow), file: row.file, kind: row.kind }, random }
  for (const part of partsOf(root)) mapPart(part, map)
  renameSender(draft)
  renameSubject(draft)
  for (const part of partsOf(root)) renameFile(draft, part)
  for (const leaf of texts ?? []) rewriteText(leaf, map, random)
  nest(draft)
  reorder(draft)
  const written = writePlainPart(root)
  const lines = random() < 0.3 ? written : written.replaceAll('\n', '\r\n')
  return { raw: Buffer.from(lines, 'latin1'), row: draft.row }
}

/**
 * The texts that may be encoded anew; undefined where one is read by guessing, where a raw field is read
 * by the charset of a text, or where the source states the size of one.
 */
function textsOf(root: PlainPart, row: CaseRow): Leaf[] | undefined {
  // An address with a comment inside is not where its source says.
  const isSplit = addressesOf(row).some(address => !partsOf(root).some(part => holds(part, address)))
  const isRaw = partsOf(root).some(part => part.fields.some(([, value]) => /[^\p{ASCII}]/u.test(value)))
  const hasSizes = JSON.stringify([row.attachments, row.attachments_include]).includes('"text/')
  if (isRaw || isSplit || hasSizes) return undefined
  const leaves = partsOf(root).flatMap(part => {
    const type = fieldOf(part, 'content-type') ?? 'text/plain'
    const isText = part.children.length === 0 && /^\s*text\/(plain|html)\b/i.test(type)
    const isFile = /^\s*attachment/i.test(fieldOf(part, 'content-disposition') ?? '')
    const isNamed = paramOf(type, 'name') !== undefined
    return isText && !isFile && !isNamed ? [{ part, type, text: decodeExactly(part, type) }] : []
  })
  const exact = leaves.flatMap(({ part, type, text }) => (text === undefined ? [] : [{ part, type, text }]))
  return exact.length === leaves.length ? exact : undefined
}

function addressesOf(row: CaseRow): string[] {
  const people = [row.from, row.to, row.cc, row.reply_to, row.to_first]
  return people.flatMap(list => (list ?? []) as { address?: string }[]).flatMap(one => one.address ?? [])
}

function holds(part: PlainPart, address: string): boolean {
  return part.fields.some(([, value]) => value.toLowerCase().includes(address.toLowerCase()))
}

function partsOf(part: PlainPart): PlainPart[] {
  return [part, ...part.children.flatMap(partsOf)]
}

function mapPart(part: PlainPart, map: (text: string) => string): void {
  for (const field of part.fields) field[1] = map(field[1])
  const type = fieldOf(part, 'content-type') ?? ''
  if (/^\s*message\/(delivery-status|feedback-report)/i.test(type)) part.body = map(part.body)
}

/** Whether mail of this kind is told by its words and sender: those are then kept. */
export function isAutomatic(row: CaseRow): boolean {
  return 'is_bounce' in row || 'is_auto' in row || 'is_complaint' in row || 'bounce' in row
}

function renameSender({ root, row, random }: Draft): void {
  const [first, ...others] = (row.from ?? []) as { name?: string; address?: string }[]
  if (!first?.address || others.length > 0 || isAutomatic(row)) return
  if (!/^[\w.+-]+@[\w.-]+$/.test(first.address)) return
  const name = pick(NAMES, random)
  setField(root, 'From', `${headerText(name, random)} <${first.address}>`)
  row.from = [{ address: first.address, name }]
}

function renameSubject({ root, row, random }: Draft): void {
  if (typeof row.subject !== 'string' || isAutomatic(row) || 'subject_starts_with' in row) return
  row.subject = pick(SUBJECTS, random)
  setField(root, 'Subject', headerText(String(row.subject), random))
}

/** Only a name in its plainest form is surely the one that the source states. */
function renameFile({ row, random }: Draft, part: PlainPart): void {
  const disposition = fieldOf(part, 'content-disposition') ?? ''
  const name = /^\s*attachment/i.test(disposition) ? paramOf(disposition, 'filename') : undefined
  const stated = [row.attachments, row.attachments_include].flatMap(
    list => (list ?? []) as { filename?: string }[],
  )
  const entries = stated.filter(one => one.filename === name)
  if (name === undefined || entries.length !== 1 || name.includes('=?')) return
  const renamed = `${pick(FILE_NAMES, random)}${/\.\w{1,5}$/.exec(name)?.[0] ?? '.dat'}`
  for (const entry of entries) entry.filename = renamed
  setField(part, 'Content-Disposition', `attachment;\n ${fileNameParam(renamed, random)}`)
  const type = fieldOf(part, 'content-type')
  if (type !== undefined)
    setField(part, 'Content-Type', type.replace(/;\s*name\*?\d*\*?=("[^"]*"|[^\s;]+)/gi, ''))
}

function rewriteText({ part, type, text }: Leaf, map: (text: string) => string, random: () => number): void {
  const { label, bytes } = pickCharset(map(text).replace(/(<meta[^>]*charset=)[\w-]+/i, '$1utf-8'), random)
  const { encoding, body } = transferred(bytes, random)
  const kept = type.replace(/;\s*charset=("[^"]*"|[^\s;]+)/i, '')
  setField(part, 'Content-Type', `${kept}; charset=${random() < 0.5 ? `"${label}"` : label.toUpperCase()}`)
  setField(part, 'Content-Transfer-Encoding', encoding)
  part.body = body
}

/** The text of a part whose bytes are all in order; undefined where a reader would have to guess. */
function decodeExactly(leaf: PlainPart, type: string): string | undefined {
  const charset = paramOf(type, 'charset') ?? 'us-ascii'
  const encoding = (fieldOf(leaf, 'content-transfer-encoding') ?? '7bit').trim().toLowerCase()
  const bytes = bytesOf(leaf.body, encoding)
  if (bytes === undefined || bytes.includes(0)) return undefined
  if (/^(us-)?ascii$/i.test(charset))
    return bytes.some(byte => byte > 0x7e) ? undefined : bytes.toString('latin1')
  if (
    !/^(utf-8|iso-8859-\d+|windows-125\d|koi8-[ru]|iso-2022-jp|euc-jp|shift_jis|big5|gb2312|gbk)$/i.test(
      charset,
    )
  )
    return undefined
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return undefined // its label is wrong: that is what the mail is about
  }
}

function bytesOf(body: string, encoding: string): Buffer | undefined {
  if (/^(7bit|8bit|binary)$/.test(encoding)) return Buffer.from(body, 'latin1')
  if (encoding === 'base64')
    return /^[A-Za-z0-9+/\n]*={0,2}\n*$/.test(body) ? Buffer.from(body, 'base64') : undefined
  if (encoding !== 'quoted-printable' || /=(?![0-9A-F]{2}|\n)/.test(body)) return undefined
  const text = body
    .replaceAll('=\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(text, 'latin1')
}

/** New boundaries, words before the first part, and sometimes one more level around everything. */
function nest({ root, row, random }: Draft): void {
  renewBoundaries(root, random, 0)
  const type = fieldOf(root, 'content-type') ?? 'text/plain; charset=us-ascii'
  if (
    isAutomatic(row) ||
    !/^\s*(text\/|multipart\/(mixed|alternative|related))/i.test(type) ||
    random() < 0.5
  )
    return
  const inner: PlainPart = { fields: [['Content-Type', type]], body: root.body, children: root.children }
  for (const name of [
    'Content-Transfer-Encoding',
    'Content-Disposition',
    'Content-ID',
    'Content-Description',
  ]) {
    const value = fieldOf(root, name.toLowerCase())
    if (value !== undefined) inner.fields.push([name, value])
    setField(root, name, undefined)
  }
  setField(root, 'Content-Type', `multipart/mixed;\n boundary="outer_${Math.floor(random() * 1e9)}"`)
  root.body = ''
  root.children = [inner]
}

function renewBoundaries(part: PlainPart, random: () => number, depth: number): void {
  if (part.children.length === 0) return
  const type = fieldOf(part, 'content-type') ?? ''
  const boundary = pick(["=_'b?", '----=_Next.', 'Apple-Mail=_', '_000_', 'b1:'], random)
  const renewed = type.replace(
    /;\s*boundary=("[^"]*"|[^\s;]+)/i,
    `;\n boundary="${boundary}${depth}${Math.floor(random() * 1e9)}"`,
  )
  setField(part, 'Content-Type', renewed)
  part.body = random() < 0.5 ? 'This is a multi-part message in MIME format.\n' : ''
  part.children.forEach((child, index) => {
    renewBoundaries(child, random, depth * 10 + index + 1)
  })
}

const TRACE = /^(received|return-path|delivered-to|arc-|dkim-|x-)/i

/** Fields in another order and case, and those of another program; trace fields keep their place. */
function reorder({ root, random }: Draft): void {
  const names = root.fields.map(([name]) => name.toLowerCase())
  const isOnce = (name: string) => names.indexOf(name.toLowerCase()) === names.lastIndexOf(name.toLowerCase())
  const movable = root.fields.filter(([name]) => !TRACE.test(name) && isOnce(name))
  const others = root.fields.filter(field => !movable.includes(field))
  const shuffled = movable.map(field => ({ field, at: random() })).sort((a, b) => a.at - b.at)
  const spell = pick(
    [(name: string) => name, (name: string) => name.toUpperCase(), (name: string) => name.toLowerCase()],
    random,
  )
  root.fields = [
    ...others,
    ...shuffled.map(({ field: [name, value] }): [string, string] => [spell(name), value]),
  ]
  const agent = pick(
    [
      'Microsoft Outlook 16.0',
      'Apple Mail (2.3774.300.61)',
      'Mozilla Thunderbird',
      'The Bat! (v11)',
      'eM Client',
    ],
    random,
  )
  root.fields.push(['X-Mailer', agent])
}
