import type { MimePart } from './mime-tree.ts'

/** Which leaves are the mail's text and which are its files. */
export type BodyParts = {
  /** Shown as text, in order: plain, or HTML where an alternative has no plain part. */
  textParts: MimePart[]
  /** Shown as HTML, in order: HTML, or plain where an alternative has no HTML part, and pictures that stand between. */
  htmlParts: MimePart[]
  attachments: MimePart[]
}

type Lists = { text: MimePart[] | null; html: MimePart[] | null; attachments: MimePart[] }

/**
 * Sorts the leaves into body and attachments by the algorithm of RFC 8621 §4.1.4, except that
 * inline pictures always count as attachments too.
 *
 * A text part with a file name is a body only where it comes first in its multipart; with
 * `Content-Disposition: attachment` it never is. Words that would be a file alone are shown as well: the first
 * text of a multipart/related that begins with a picture, and enriched text or Markdown where there is no other.
 * The order of `attachments` is what their stored numbers
 * mean (unpack-parts.ts): a part that was one stays one, in its place.
 */
export function sortBodyParts(root: MimePart): BodyParts {
  const body: BodyParts = { textParts: [], htmlParts: [], attachments: [] }
  const lists: Lists = { text: body.textParts, html: body.htmlParts, attachments: body.attachments }
  sortParts([root], 'mixed', false, lists)
  if (!body.textParts.concat(body.htmlParts).some(isText)) showWords(body)
  return body
}

const WRITTEN = /^text\/(?:enriched|richtext|(?:x-|x-web-)?markdown)$/

function showWords(body: BodyParts): void {
  const words = body.attachments.find(part => WRITTEN.test(part.contentType) && isUnnamed(part))
  if (words === undefined) return
  body.textParts.push(words)
  body.htmlParts.push(words)
}

function isUnnamed(part: MimePart): boolean {
  return part.filename === null && (part.disposition === null || part.disposition === 'inline')
}

/** `lists` belongs to this level: a branch of an alternative drops the form it does not have. */
function sortParts(parts: MimePart[], multipart: string, inAlternative: boolean, lists: Lists): void {
  const textBefore = lists.text?.length ?? -1
  const htmlBefore = lists.html?.length ?? -1
  parts.forEach((part, index) => {
    if (part.children.length > 0) sortMultipart(part, inAlternative, lists)
    else if (isBodyText(part, index, multipart)) sortText(part, multipart, inAlternative, lists)
    else {
      lists.attachments.push(part)
      if (isPlacedPicture(part, multipart)) lists.html?.push(part)
      if (multipart === 'related' && part === lateRoot(parts)) sortText(part, multipart, inAlternative, lists)
    }
  })
  if (multipart === 'alternative') shareSoleForm(lists, textBefore, htmlBefore)
}

/** The text of a multipart/related whose first part, which should be it (RFC 2387 §3.2), is a file. */
function lateRoot(parts: readonly MimePart[]): MimePart | undefined {
  const [first] = parts
  if (first === undefined || first.children.length > 0 || isText(first)) return undefined
  return parts.find(part => isText(part) && isUnnamed(part))
}

function sortMultipart(part: MimePart, inAlternative: boolean, lists: Lists): void {
  const subtype = part.contentType.slice('multipart/'.length)
  sortParts(part.children, subtype, inAlternative || subtype === 'alternative', { ...lists })
}

function sortText(part: MimePart, multipart: string, inAlternative: boolean, lists: Lists): void {
  const isHtml = part.contentType === 'text/html'
  if (multipart === 'alternative') {
    ;(isHtml ? lists.html : lists.text)?.push(part)
    return
  }
  if (inAlternative && isHtml) lists.text = null
  if (inAlternative && !isHtml) lists.html = null
  lists.text?.push(part)
  lists.html?.push(part)
}

function shareSoleForm(lists: Lists, textBefore: number, htmlBefore: number): void {
  if (!lists.text || !lists.html) return
  const newText = lists.text.slice(textBefore)
  const newHtml = lists.html.slice(htmlBefore).filter(isText)
  if (newText.length === 0) lists.text.push(...newHtml)
  else if (newHtml.length === 0) lists.html.push(...newText)
}

/** Apple Mail puts pictures between texts without any Content-ID: their place in the mail is their place on the page. */
function isPlacedPicture(part: MimePart, multipart: string): boolean {
  return multipart === 'mixed' && part.disposition === 'inline' && /^image\/(?!svg)/.test(part.contentType)
}

function isBodyText(part: MimePart, index: number, multipart: string): boolean {
  if (!isText(part) || multipart === 'appledouble') return false
  if (part.disposition !== null && part.disposition !== 'inline') return false
  return index === 0 || (multipart !== 'related' && part.filename === null)
}

function isText(part: MimePart): boolean {
  return part.contentType === 'text/plain' || part.contentType === 'text/html'
}
