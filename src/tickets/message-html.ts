import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { contentIdOf } from '../mail/attachments.ts'
import { CLEAN_HTML_VERSION } from '../mail/clean-html.ts'
import { selectHtmlPlace, selectInlineParts, upsertHtml } from './stored-files.queries.ts'

/** Reads clean HTML from raw bytes again, by the present rules; null when the mail has none. */
export type ReadHtml = (rawBlobId: number) => Promise<string | null>

/**
 * A message's clean HTML as a whole document for a sandboxed frame. Stored HTML is served only if the
 * present rules made it; otherwise it is made again from raw and stored.
 *
 * Its own policy lets nothing load but our pictures and styles within; `cid:` pictures point to
 * attachments of this message and no other; remote pictures keep their address in `data-remote-src`,
 * which loads nothing.
 *
 * @throws NotFound when the message has no HTML
 */
export async function getHtmlDocument(
  from: { db: Db; readHtml: ReadHtml },
  messageId: number,
): Promise<string> {
  const { html, language } = await currentHtml(from, messageId)
  const parts = html.includes('cid:') ? await selectInlineParts(from.db, messageId) : []
  const body = placeInlineImages(html, new Map(parts.map(part => [part.contentId, part.id])))
  return inertDocument(body, language)
}

/**
 * The address of a remote picture of a message, by its place among them: only what stands in a mail is ever
 * fetched.
 *
 * @throws NotFound
 */
export async function getRemoteImage(
  from: { db: Db; readHtml: ReadHtml },
  messageId: number,
  index: number,
): Promise<string> {
  const { html } = await currentHtml(from, messageId)
  const found = [...html.matchAll(/<img\b[^<>]*? data-remote-src="([^"]*)"/g)][index]?.[1]
  if (found === undefined) throw new NotFound('picture', { messageId })
  return found.replaceAll('&amp;', '&')
}

type CurrentHtml = { html: string; language: string | null }

async function currentHtml(from: { db: Db; readHtml: ReadHtml }, messageId: number): Promise<CurrentHtml> {
  const place = await selectHtmlPlace(from.db, messageId)
  if (place === undefined || place.html === null) throw new NotFound('html', { messageId })
  const { language } = place
  if (place.version === CLEAN_HTML_VERSION) return { html: place.html, language }
  const html = place.rawBlobId === null ? null : await from.readHtml(place.rawBlobId)
  if (html === null) throw new NotFound('html', { messageId })
  await upsertHtml(from.db, { messageId, version: CLEAN_HTML_VERSION, html })
  return { html, language }
}

/**
 * Points the `cid:` pictures of clean HTML to their attachments; one without an attachment loses its
 * source. Relies on clean-html.ts: attributes in double quotes, no `<` or `>` inside them.
 */
export function placeInlineImages(html: string, idByContentId: ReadonlyMap<string, number>): string {
  return html.replace(/(<img\b[^<>]*? )src="cid:([^"]*)"/g, (_whole, before: string, cid: string) => {
    const id = idByContentId.get(contentIdOf(cid))
    return id === undefined ? before : `${before}src="/api/v1/attachments/${id}"`
  })
}

const policy = [
  "default-src 'none'",
  "img-src 'self' data:",
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ')

/** Clean HTML as a whole document that loads nothing but our pictures and the styles in it. */
export function inertDocument(body: string, language: string | null): string {
  const lang = language !== null && /^[a-z]{2,3}$/.test(language) ? ` lang="${language}"` : ''
  return `<!doctype html>
<html${lang}><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<style>body{margin:0;overflow-wrap:break-word}img{max-width:100%;height:auto}</style>
</head><body>${body}</body></html>
`
}
