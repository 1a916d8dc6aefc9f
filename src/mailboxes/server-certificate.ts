import type { TLSSocket } from 'node:tls'

/** What a server shows to prove who it is; instants in ISO 8601. */
export type ServerCertificate = {
  /** Whom it is for: its names, else its subject. */
  names: string[]
  issuer: string
  validFrom: string
  validUntil: string
  /** SHA-256 of the whole certificate, upper case hex with colons. */
  sha256: string
  pem: string
}

const MAX_NAMES = 20
const MAX_CHARS = 200

/** The certificate of the other side of a connection, or null when it showed none. */
export function certificateOf(socket: TLSSocket): ServerCertificate | null {
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) return null
  const names = [...(shown.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(
    ([, name]) => name ?? '',
  )
  const isoOf = (text: string) => new Date(text).toISOString()
  return {
    names: (names.length > 0 ? names : [commonName(shown.subject)]).slice(0, MAX_NAMES).map(cut),
    issuer: cut(commonName(shown.issuer)),
    validFrom: isoOf(shown.validFrom),
    validUntil: isoOf(shown.validTo),
    sha256: shown.fingerprint256,
    pem: shown.toString(),
  }
}

/** The name in a subject of several lines (`O=…\nCN=…`). */
function commonName(subject: string | undefined): string {
  const lines = (subject ?? '').split('\n')
  const line = lines.find(each => each.startsWith('CN=')) ?? lines.find(each => each.startsWith('O=')) ?? ''
  return line.replace(/^[A-Z]+=/, '')
}

function cut(text: string): string {
  return text.replace(/[\p{C}]+/gu, ' ').slice(0, MAX_CHARS)
}
