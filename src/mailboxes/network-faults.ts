import { RemoteFault } from '../lib/app-error.ts'

/** What went wrong between us and a mail server before it said a word. Worded by the web app. */
export type NetworkFaultCode =
  | 'host-not-found'
  | 'host-not-allowed'
  | 'connection-refused'
  | 'connection-timeout'
  | 'connection-lost'
  | 'host-unreachable'
  | 'wrong-tls-mode'
  | 'no-encryption'
  | 'certificate-expired'
  | 'certificate-wrong-name'
  | 'certificate-untrusted'
  | 'certificate-changed'

type Reading = { code: NetworkFaultCode; retry: boolean }

// Node's and OpenSSL's codes. A certificate may be mended without us: those are tried again, slowly.
const READINGS: Readonly<Record<string, Reading>> = {
  ENOTFOUND: { code: 'host-not-found', retry: true },
  EAI_AGAIN: { code: 'host-not-found', retry: true },
  ECONNREFUSED: { code: 'connection-refused', retry: true },
  ETIMEDOUT: { code: 'connection-timeout', retry: true },
  ESOCKETTIMEDOUT: { code: 'connection-timeout', retry: true },
  EHOSTUNREACH: { code: 'host-unreachable', retry: true },
  ENETUNREACH: { code: 'host-unreachable', retry: true },
  EADDRNOTAVAIL: { code: 'host-unreachable', retry: true },
  ECONNRESET: { code: 'connection-lost', retry: true },
  ECONNABORTED: { code: 'connection-lost', retry: true },
  EPIPE: { code: 'connection-lost', retry: true },
  EPROTO: { code: 'wrong-tls-mode', retry: true },
  ERR_SSL_WRONG_VERSION_NUMBER: { code: 'wrong-tls-mode', retry: true },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { code: 'wrong-tls-mode', retry: true },
  ERR_SSL_UNSUPPORTED_PROTOCOL: { code: 'no-encryption', retry: true },
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: { code: 'no-encryption', retry: true },
  CERT_HAS_EXPIRED: { code: 'certificate-expired', retry: true },
  CERT_NOT_YET_VALID: { code: 'certificate-expired', retry: true },
  ERR_TLS_CERT_ALTNAME_INVALID: { code: 'certificate-wrong-name', retry: true },
  DEPTH_ZERO_SELF_SIGNED_CERT: { code: 'certificate-untrusted', retry: true },
  SELF_SIGNED_CERT_IN_CHAIN: { code: 'certificate-untrusted', retry: true },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { code: 'certificate-untrusted', retry: true },
  UNABLE_TO_GET_ISSUER_CERT: { code: 'certificate-untrusted', retry: true },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { code: 'certificate-untrusted', retry: true },
  CERT_UNTRUSTED: { code: 'certificate-untrusted', retry: true },
  CERT_REVOKED: { code: 'certificate-untrusted', retry: true },
  INVALID_PURPOSE: { code: 'certificate-untrusted', retry: true },
}

/**
 * Names a failure of name resolution, TCP or TLS, or undefined when it is another kind. Looks through
 * `cause` and through the list of a race over several addresses (RFC 8305).
 */
export function nameNetworkFault(error: unknown): RemoteFault | undefined {
  if (error instanceof RemoteFault) return error
  if (!(error instanceof Error)) return undefined
  const own = 'code' in error ? READINGS[String(error.code)] : undefined
  if (own !== undefined) {
    return new RemoteFault(own.code, error.message, { retry: own.retry }, { cause: error })
  }
  const inner = error instanceof AggregateError ? error.errors : []
  for (const origin of [...inner, error.cause]) {
    const named = nameNetworkFault(origin)
    if (named !== undefined) return named
  }
  return undefined
}
