import { type BodyParts, sortBodyParts } from './body-parts.ts'
import { signedContent } from './cms-content.ts'
import { contentTypeByName } from './file-endings.ts'
import { type MimePart, partBytes, readMimeTree } from './mime-tree.ts'
import { unpackRtf } from './packed-rtf.ts'
import { readRtf } from './rtf-text.ts'
import { takeTextFiles } from './text-files.ts'
import { isTnef, readTnef, type Tnef } from './tnef.ts'

/** A file of a mail under the number it is stored by. */
export type ListedPart = {
  part: MimePart
  index: number
  /** Not what somebody meant to send: a container whose files are listed too, or a body that is shown. */
  isMinor: boolean
}

/** The leaves of a mail with those inside of containers: winmail.dat, opaque S/MIME, files written into text. */
export type UnpackedMail = {
  textParts: MimePart[]
  htmlParts: MimePart[]
  attachments: ListedPart[]
  /** There are more files than are listed. */
  isCut: boolean
}

const MAX_ATTACHMENTS = 200
const MAX_CONTAINERS = 5 // real mail has one; each costs a pass over its bytes
const MAX_WRAPPINGS = 3 // signed, and signed again by a gateway

// Numbers of files: below 200 the n-th attachment of the MIME tree; inside of the container c, c + 1000 × (1 + n);
// the n-th text part is the container 500 + n. Stored rows hold them: they never change their meaning.
const FIRST_TEXT_NUMBER = 500
const INNER_STEP = 1_000

type Unpacking = {
  raw: Buffer
  body: BodyParts
  listed: ListedPart[]
  inner: ListedPart[]
  tnefs: Tnef[]
  containersLeft: number
}

/**
 * Sorts a mail's leaves into texts and files, and takes containers apart. Never throws; linear.
 *
 * A winmail.dat gives the mail its body only where the mail has no words of its own; its RTF, which
 * we read without its looks, is a file too. A signed content (RFC 8551) is part of the body.
 */
export function unpackParts(raw: Buffer, root: MimePart): UnpackedMail {
  const body = sortBodyParts(root)
  const shown = new Set(
    [...body.textParts, ...body.htmlParts].filter(part => part.contentType.startsWith('text/')),
  )
  const listed = body.attachments.map((part, index) => ({ part, index, isMinor: shown.has(part) }))
  const unpacking: Unpacking = { raw, body, listed, inner: [], tnefs: [], containersLeft: MAX_CONTAINERS }
  for (const one of listed.slice(0, MAX_ATTACHMENTS)) unpackAttachment(unpacking, one)
  takeFilesOfTexts(unpacking)
  if (unpacking.tnefs.length > 0) giveBody(unpacking)
  const attachments = [...listed, ...unpacking.inner]
  namePlacedPictures(body.htmlParts)
  return {
    textParts: body.textParts,
    htmlParts: body.htmlParts,
    attachments: attachments.slice(0, MAX_ATTACHMENTS),
    isCut: attachments.length > MAX_ATTACHMENTS,
  }
}

function unpackAttachment(unpacking: Unpacking, listed: ListedPart): void {
  const { part } = listed
  const isCms =
    /^application\/(?:x-)?pkcs7-mime$/.test(part.contentType) || /\.p7m$/i.test(part.filename ?? '')
  const isWinmail =
    /^application\/(?:vnd\.)?ms-tnef$/.test(part.contentType) ||
    /^winmail.*\.dat$|\.tnef$/i.test(part.filename ?? '')
  if ((!isCms && !isWinmail) || unpacking.containersLeft-- <= 0) return
  if (isCms) unpackSigned(unpacking, listed)
  else unpackWinmail(unpacking, listed)
}

function unpackWinmail(unpacking: Unpacking, listed: ListedPart): void {
  const bytes = partBytes(unpacking.raw, listed.part)
  if (!isTnef(bytes)) return
  const tnef = readTnef(bytes)
  listed.isMinor = !tnef.isCut
  unpacking.tnefs.push(tnef)
  addInner(unpacking, listed.index, tnef.files.map(filePart), bodyFiles(tnef))
}

/** The body as files: of RTF we read the words only, and HTML may not become the body. */
function bodyFiles(tnef: Tnef): MimePart[] {
  const html =
    tnef.html && filePart({ filename: 'body.html', contentType: 'text/html', bytes: tnef.html.bytes })
  const rtf = tnef.packedRtf && unpackRtf(tnef.packedRtf)
  return [
    ...(html ? [html] : []),
    ...(rtf ? [filePart({ filename: 'body.rtf', contentType: 'application/rtf', bytes: rtf })] : []),
  ]
}

function addInner(unpacking: Unpacking, container: number, files: MimePart[], minor: MimePart[] = []): void {
  for (const [place, part] of [...files, ...minor].slice(0, MAX_ATTACHMENTS + minor.length).entries()) {
    const index = container + INNER_STEP * (place + 1)
    unpacking.inner.push({ part, index, isMinor: minor.includes(part) })
  }
}

function unpackSigned(unpacking: Unpacking, listed: ListedPart): void {
  let source = signedContent(partBytes(unpacking.raw, listed.part))
  for (let wrapping = 0; source !== null && wrapping < MAX_WRAPPINGS; wrapping++) {
    const { root } = readMimeTree(source)
    const again = /pkcs7-mime$/.test(root.contentType) ? signedContent(partBytes(source, root)) : null
    if (again === null) {
      addEntity(unpacking, listed, source, root)
      return
    }
    source = again
  }
}

function addEntity(unpacking: Unpacking, listed: ListedPart, source: Buffer, root: MimePart): void {
  const inner = sortBodyParts(root)
  for (const part of [...inner.textParts, ...inner.htmlParts, ...inner.attachments]) part.source = source
  unpacking.body.textParts.push(...inner.textParts)
  unpacking.body.htmlParts.push(...inner.htmlParts)
  listed.isMinor = true
  addInner(unpacking, listed.index, inner.attachments)
}

/** uuencode and yEnc in plain text: the text goes on without it. */
function takeFilesOfTexts(unpacking: Unpacking): void {
  for (const [place, part] of unpacking.body.textParts.entries()) {
    if (part.contentType !== 'text/plain' || place >= FIRST_TEXT_NUMBER) continue
    const bytes = partBytes(unpacking.raw, part)
    const taken = takeTextFiles(bytes)
    if (taken.files.length === 0) continue
    const rest = { ...part, source: taken.text, bodyStart: 0, bodyEnd: taken.text.length, encoding: '' }
    for (const list of [unpacking.body.textParts, unpacking.body.htmlParts]) {
      const at = list.indexOf(part)
      if (at >= 0) list[at] = rest
    }
    const files = taken.files.map(file => filePart(file))
    addInner(unpacking, FIRST_TEXT_NUMBER + place, files)
  }
}

/** The first winmail.dat with words speaks where the mail itself says nothing. */
function giveBody(unpacking: Unpacking): void {
  const { raw, body } = unpacking
  const isSilent = [...body.textParts, ...body.htmlParts].every(
    part => partBytes(raw, part).toString('latin1').trim() === '',
  )
  if (!isSilent) return
  for (const tnef of unpacking.tnefs) {
    const given = bodyOf(tnef)
    if (!given) continue
    body.textParts = [given]
    body.htmlParts = [given]
    return
  }
}

function bodyOf(tnef: Tnef): MimePart | undefined {
  if (tnef.html) return textPart('text/html', tnef.html.bytes, tnef.html.charset)
  const rtf = tnef.packedRtf && unpackRtf(tnef.packedRtf)
  const read = rtf ? readRtf(rtf) : { html: null, text: '' }
  if (read.html) return textPart('text/html', Buffer.from(read.html), 'utf-8')
  const text = tnef.text?.trim() ? tnef.text : read.text
  return text.trim() === '' ? undefined : textPart('text/plain', Buffer.from(text), 'utf-8')
}

/** A picture shown at its place needs an id by which the page can ask for it. */
function namePlacedPictures(htmlParts: MimePart[]): void {
  for (const [place, part] of htmlParts.entries()) {
    if (part.contentType.startsWith('image/')) part.contentId ??= `placed-${place}@letterdesk.invalid`
  }
}

function filePart(file: {
  filename: string
  bytes: Buffer
  contentType?: string | null
  contentId?: string | null
  contentLocation?: string | null
}): MimePart {
  const given = file.contentType?.toLowerCase() ?? ''
  const isType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(given)
  return {
    ...leaf(isType ? given : contentTypeByName(file.filename), file.bytes),
    disposition: 'attachment',
    filename: file.filename,
    contentId: file.contentId?.replace(/^<|>$/g, '') || null,
    location: file.contentLocation ?? null,
  }
}

function textPart(contentType: string, bytes: Buffer, charset: string): MimePart {
  return { ...leaf(contentType, bytes), params: new Map([['charset', charset]]) }
}

function leaf(contentType: string, source: Buffer): MimePart {
  return {
    fields: [],
    contentType,
    params: new Map(),
    disposition: null,
    filename: null,
    encoding: '',
    contentId: null,
    location: null,
    source,
    bodyStart: 0,
    bodyEnd: source.length,
    children: [],
  }
}
