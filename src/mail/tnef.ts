import { readBytes } from './byte-reader.ts'
import { decodeText } from './charset.ts'
import { codepageName } from './charset-name.ts'
import { MAPI, type MapiValue, readMapiProperties, withoutNul } from './mapi-properties.ts'

/** A file of a winmail.dat; `bytes` are a view on it. */
export type TnefFile = {
  /** As given, not cleaned; '' when it has none. */
  filename: string
  contentType: string | null
  contentId: string | null
  contentLocation: string | null
  bytes: Buffer
}

/** What a winmail.dat holds: its files, and its body in the forms it has. */
export type Tnef = {
  files: TnefFile[]
  text: string | null
  html: { bytes: Buffer; charset: string } | null
  /** Packed RTF (packed-rtf.ts). */
  packedRtf: Buffer | null
  /** Something of it could not be read: keep the file itself at hand. */
  isCut: boolean
}

const SIGNATURE = 0x223e9f78
const MAX_FILES = 200
const MAX_ATTRIBUTES = 5_000
const MAX_DEPTH = 4 // mails forwarded as attachments inside of each other

// Attribute ids without their types (MS-OXTNEF 2.1.3.2).
const BODY = 0x800c
const MESSAGE_PROPERTIES = 0x9003
const CODEPAGE = 0x9007
const ATTACHMENT_START = 0x9002
const ATTACHMENT_TITLE = 0x8010
const ATTACHMENT_DATA = 0x800f
const ATTACHMENT_PROPERTIES = 0x9005
const ATTACHED_MESSAGE = 5 // PR_ATTACH_METHOD: the object is a message, as TNEF

/** Whether bytes begin as TNEF does. */
export function isTnef(bytes: Buffer): boolean {
  return bytes.length > 6 && bytes.readUInt32LE(0) === SIGNATURE
}

/**
 * Reads a winmail.dat (MS-OXTNEF); never throws, linear. Files of attached messages follow those of
 * the message itself.
 *
 * Nothing is unpacked or copied: bytes are views on the input.
 */
export function readTnef(bytes: Buffer): Tnef {
  return readMessage(bytes, { depth: 0, filesLeft: MAX_FILES })
}

type Budget = { depth: number; filesLeft: number }
type Attribute = { id: number; data: Buffer }

function readMessage(bytes: Buffer, budget: Budget): Tnef {
  const found: Tnef = { files: [], text: null, html: null, packedRtf: null, isCut: false }
  if (!isTnef(bytes)) return { ...found, isCut: true }
  const { attributes, isCut } = listAttributes(bytes)
  found.isCut = isCut
  const codepage = codepageOf(attributes)
  const start = attributes.findIndex(({ id }) => id === ATTACHMENT_START)
  readBody(found, attributes.slice(0, start < 0 ? undefined : start), codepage)
  for (const group of start < 0 ? [] : attachmentsOf(attributes.slice(start))) {
    addFile(found, group, { codepage, budget })
  }
  return found
}

function listAttributes(bytes: Buffer): { attributes: Attribute[]; isCut: boolean } {
  const reader = readBytes(bytes)
  reader.take(6)
  const attributes: Attribute[] = []
  while (reader.at < bytes.length && attributes.length < MAX_ATTRIBUTES) {
    const level = reader.u8()
    const id = reader.u32() & 0xffff
    const data = reader.take(reader.u32())
    if (level !== 1 && level !== 2) return { attributes, isCut: true } // rubbish behind the end
    attributes.push({ id, data })
    if (reader.isOver) return { attributes, isCut: true }
    reader.u16() // a checksum: a wrong one is no reason to lose a file
  }
  return { attributes, isCut: attributes.length >= MAX_ATTRIBUTES }
}

function codepageOf(attributes: Attribute[]): string {
  const data = attributes.find(({ id }) => id === CODEPAGE)?.data
  return data && data.length >= 4 ? codepageName(data.readUInt32LE(0)) : 'windows-1252'
}

function readBody(found: Tnef, attributes: Attribute[], codepage: string): void {
  for (const { id, data } of attributes) {
    if (id === BODY) found.text ??= withoutNul(decodeText(data, codepage))
    else if (id === MESSAGE_PROPERTIES) readBodyProperties(found, readMapiProperties(data), codepage)
  }
}

function readBodyProperties(found: Tnef, properties: Map<number, MapiValue>, codepage: string): void {
  const html = properties.get(MAPI.bodyHtml)
  const internet = properties.get(MAPI.internetCodepage)
  const charset = internet?.kind === 'number' ? codepageName(internet.value) : codepage
  if (html?.kind === 'text') found.html ??= { bytes: Buffer.from(html.value), charset: 'utf-8' }
  if (html?.kind === 'bytes') found.html ??= { bytes: html.value, charset }
  const rtf = properties.get(MAPI.rtfCompressed)
  if (rtf?.kind === 'bytes') found.packedRtf ??= rtf.value
  found.text ??= textOf(properties.get(MAPI.body), codepage)
}

function textOf(value: MapiValue | undefined, codepage: string): string | null {
  if (value?.kind === 'text') return value.value
  return value?.kind === 'bytes' ? withoutNul(decodeText(value.value, codepage)) : null
}

/** Each attachment is what lies between two starts. */
function attachmentsOf(attributes: Attribute[]): Attribute[][] {
  const groups: Attribute[][] = []
  for (const attribute of attributes) {
    if (attribute.id === ATTACHMENT_START) groups.push([])
    groups.at(-1)?.push(attribute)
  }
  return groups
}

function addFile(found: Tnef, group: Attribute[], context: { codepage: string; budget: Budget }): void {
  const { codepage, budget } = context
  if (budget.filesLeft-- <= 0) {
    found.isCut = true
    return
  }
  const own = new Map(group.map(({ id, data }) => [id, data]))
  const properties = readMapiProperties(own.get(ATTACHMENT_PROPERTIES) ?? Buffer.alloc(0))
  const text = (id: number): string | null => textOf(properties.get(id), codepage)
  const title = own.get(ATTACHMENT_TITLE)
  const object = properties.get(MAPI.attachData)
  const data = own.get(ATTACHMENT_DATA)
  const ofObject = object?.kind === 'bytes' ? object.value : Buffer.alloc(0)
  const bytes = data && data.length > 0 ? data : ofObject
  const file = {
    filename:
      text(MAPI.attachLongFilename) ||
      (title ? withoutNul(decodeText(title, codepage)) : '') ||
      text(MAPI.attachFilename) ||
      text(MAPI.displayName) ||
      '',
    contentType: text(MAPI.attachMimeTag),
    contentId: text(MAPI.attachContentId),
    contentLocation: text(MAPI.attachContentLocation),
    bytes,
  }
  found.files.push(file)
  const method = properties.get(MAPI.attachMethod)
  if (method?.kind === 'number' && method.value === ATTACHED_MESSAGE) addMessage(found, object, budget)
}

/** An attached message is kept as it is, and its own files follow it. */
function addMessage(found: Tnef, object: MapiValue | undefined, budget: Budget): void {
  if (object?.kind !== 'bytes' || !isTnef(object.value)) return
  if (budget.depth >= MAX_DEPTH) {
    found.isCut = true
    return
  }
  budget.depth++
  const inner = readMessage(object.value, budget)
  budget.depth--
  found.files.push(...inner.files)
  found.isCut ||= inner.isCut
}
