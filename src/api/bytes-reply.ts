import type { FetchedImage } from '../tickets/fetch-image.ts'
import { rasterTypeOf } from '../tickets/file-type.ts'
import type { BytesReply } from './handle.ts'

const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cache-control': 'private, no-store',
}

/** Somebody else's bytes as a download: no browser interprets them, no cache keeps them. */
export function downloadReply(bytes: Buffer, filename: string): BytesReply {
  return {
    bytes,
    headers: {
      ...inert,
      'content-type': 'application/octet-stream',
      'content-disposition': dispositionOf('attachment', filename),
    },
  }
}

/** An attachment: a raster picture, known by its bytes, may be shown; everything else is a download. */
export function attachmentReply(bytes: Buffer, filename: string): BytesReply {
  const type = rasterTypeOf(bytes)
  if (type === undefined) return downloadReply(bytes, filename)
  return {
    bytes,
    headers: { ...inert, 'content-type': type, 'content-disposition': dispositionOf('inline', filename) },
  }
}

/** A picture that was fetched from elsewhere. */
export function imageReply({ bytes, type }: FetchedImage): BytesReply {
  return { bytes, headers: { ...inert, 'content-type': type, 'content-disposition': 'inline' } }
}

/** A message's HTML document. Opened by itself it is as locked in as in the page's frame. */
export function htmlReply(document: string): BytesReply {
  return {
    bytes: Buffer.from(document),
    headers: {
      ...inert,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; " +
        "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    },
  }
}

/** Content-Disposition with a name for old readers and the true one for all others (RFC 6266 §4.3, RFC 8187). */
function dispositionOf(kind: 'inline' | 'attachment', filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
