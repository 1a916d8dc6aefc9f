import { makeAddress } from './address.ts'
import { firstValue, type HeaderField, readHeaderFields } from './header-fields.ts'
import type { ReturnedMail } from './mail-types.ts'
import { canonicalMessageId } from './message-id.ts'
import { type MimePart, partBytes } from './mime-tree.ts'

const MAX_COPY_BYTES = 100_000
const RETURNED =
  /^(message\/(rfc822|global|partial)|text\/rfc822-headers|message\/rfc822-headers|message\/global-headers)/

/** The part that holds the mail a report speaks of, or its headers (RFC 6522 §3). */
export function findReturnedPart(leaves: readonly MimePart[]): MimePart | undefined {
  return leaves.find(part => RETURNED.test(part.contentType))
}

/**
 * What identifies the mail a report speaks of: from the returned mail or its headers in whatever part
 * they stand, else from what the report itself names (Original-Message-ID, RFC 8098 §3.2.4), else
 * from a copy below the words of the report.
 *
 * @param text the words of the report with what stands below them
 */
export function readReturnedMail(
  raw: Buffer,
  leaves: readonly MimePart[],
  text: string,
): ReturnedMail | null {
  const part = findReturnedPart(leaves)
  const found = merge(
    part ? readIds(headerOf(partBytes(raw, part))) : NONE,
    readNamedIds(raw, leaves),
    readCopies(raw, leaves, text),
  )
  return found.internetMessageId === null && found.letterdeskRef === null ? null : found
}

/** Whom the returned mail was written to, by its To field; at most 20 addresses. */
export function readReturnedTo(raw: Buffer, leaves: readonly MimePart[], text: string): string[] {
  const part = findReturnedPart(leaves)
  const field = part ? firstValue(headerOf(partBytes(raw, part)), 'to') : copiedTo(text)
  const found =
    (field ?? '').slice(0, 5_000).match(/[^\s<>()[\]"',:;]{1,100}@[^\s<>()[\]"',:;]{1,200}/g) ?? []
  return [...new Set(found.slice(0, 20).flatMap(one => makeAddress(null, one)?.address ?? []))]
}

/** The last To field of the text: those above it are the report's own. */
function copiedTo(text: string): string | undefined {
  const fields = text.slice(0, MAX_COPY_BYTES).match(/^[ \t>|]{0,20}to:[^\n]{3,500}$/gim) ?? []
  return fields.at(-1)?.replace(/^[ \t>|]{0,20}to:/i, '')
}

const NONE: ReturnedMail = { internetMessageId: null, letterdeskRef: null }

function merge(...found: ReturnedMail[]): ReturnedMail {
  return {
    internetMessageId: found.find(one => one.internetMessageId !== null)?.internetMessageId ?? null,
    letterdeskRef: found.find(one => one.letterdeskRef !== null)?.letterdeskRef ?? null,
  }
}

function readIds(fields: HeaderField[]): ReturnedMail {
  const id = firstValue(fields, 'message-id') ?? firstValue(fields, 'original-message-id')
  return {
    internetMessageId: id === undefined ? null : canonicalMessageId(id),
    letterdeskRef: /^[\w.-]{1,200}$/.exec(firstValue(fields, 'x-letterdesk-ref') ?? '')?.[0] ?? null,
  }
}

/** `Original-Message-ID` of a read receipt or of a report (RFC 8098 §3.2.4). */
function readNamedIds(raw: Buffer, leaves: readonly MimePart[]): ReturnedMail {
  const part = leaves.find(one =>
    /^message\/(global-)?(disposition-notification|delivery-status|feedback-report)$/.test(one.contentType),
  )
  if (!part) return NONE
  const { fields } = readHeaderFields(partBytes(raw, part), 0, part.bodyEnd - part.bodyStart)
  const id = firstValue(fields, 'original-message-id') ?? firstValue(fields, 'x-original-message-id')
  return { ...NONE, internetMessageId: id === undefined ? null : canonicalMessageId(id) }
}

/** Headers copied into the words (qmail, Exim, Gmail), or into a text file beside them. */
function readCopies(raw: Buffer, leaves: readonly MimePart[], text: string): ReturnedMail {
  const files = leaves
    .filter(part => part.contentType.startsWith('text/') && part.disposition === 'attachment')
    .slice(0, 3)
  return merge(
    readLines(text),
    ...files.map(part => readLines(partBytes(raw, part).toString('latin1', 0, MAX_COPY_BYTES))),
  )
}

function readLines(text: string): ReturnedMail {
  const copy = text.slice(0, MAX_COPY_BYTES).replace(/^[ \t>|]{1,20}/gm, '')
  const id = /^(?:original-)?message-id:[ \t]{0,20}\r?\n?[ \t]{0,20}(<[^<>\s]{1,990}>)/im.exec(copy)?.[1]
  const ref = /^x-letterdesk-ref:[ \t]{0,20}\r?\n?[ \t]{0,20}([\w.-]{1,200})/im.exec(copy)?.[1]
  return { internetMessageId: id === undefined ? null : canonicalMessageId(id), letterdeskRef: ref ?? null }
}

function headerOf(bytes: Buffer): HeaderField[] {
  return readHeaderFields(bytes, 0, bytes.length).fields
}
