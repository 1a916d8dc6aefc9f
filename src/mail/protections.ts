import { signedContent } from './cms-content.ts'
import type { Protection } from './mail-types.ts'
import { type MimePart, partBytes } from './mime-tree.ts'

const MAX_PROTECTIONS = 20
const INLINE_PGP = /^-----BEGIN PGP (SIGNED )?MESSAGE-----\r?$/m

/**
 * What of a mail says that it is signed or encrypted (RFC 1847, 3156, 8551), each once. Nothing of it is
 * checked or opened; a protection of a part says nothing of what stands around it.
 *
 * @param text of the mail: PGP is also written into it
 */
export function listProtections(raw: Buffer, root: MimePart, text: string): Protection[] {
  const found: Protection[] = []
  collect(found, raw, root, 'all')
  const inline = INLINE_PGP.exec(text)
  if (inline)
    found.push({ kind: inline[1] === undefined ? 'encrypted' : 'signed', format: 'pgp', covers: 'part' })
  const byKey = new Map(found.map(one => [`${one.kind} ${one.format} ${one.covers}`, one]))
  return [...byKey.values()].slice(0, MAX_PROTECTIONS)
}

function collect(found: Protection[], raw: Buffer, part: MimePart, covers: 'all' | 'part'): void {
  if (part.contentType === 'multipart/encrypted') found.push({ kind: 'encrypted', format: 'pgp', covers })
  else if (part.contentType === 'multipart/signed') {
    found.push({ kind: 'signed', format: isSmime(part) ? 'smime' : 'pgp', covers })
  } else if (/^application\/(?:x-)?pkcs7-mime$/.test(part.contentType)) {
    const kind = kindOfSmime(raw, part)
    if (kind !== undefined) found.push({ kind, format: 'smime', covers })
  }
  const isSigned = part.contentType === 'multipart/signed'
  for (const [place, child] of part.children.entries()) {
    // What a signature covers is its first part; the wrapping of a gateway's own parts covers nothing whole.
    collect(found, raw, child, isSigned && place === 0 ? covers : 'part')
  }
}

function isSmime(part: MimePart): boolean {
  const protocol = part.params.get('protocol')?.toLowerCase() ?? part.children.at(-1)?.contentType ?? ''
  return protocol.includes('pkcs7')
}

function kindOfSmime(raw: Buffer, part: MimePart): Protection['kind'] | undefined {
  const type = part.params.get('smime-type')?.toLowerCase() ?? ''
  if (type.includes('enveloped')) return 'encrypted'
  if (type === 'signed-data') return 'signed'
  if (type !== '') return undefined // certificates alone, or compressed data
  return signedContent(partBytes(raw, part)) === null ? 'encrypted' : 'signed'
}
