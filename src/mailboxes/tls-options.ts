import { X509Certificate } from 'node:crypto'
import { type ConnectionOptions, createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { RemoteFault } from '../lib/app-error.ts'
import type { Trust } from './host-guard.ts'

const VERSIONS = { minVersion: 'TLSv1.2' } as const

/**
 * How every connection to a mail server verifies it: the certificate authorities of Node and the
 * operator's, TLS 1.2 at least (RFC 8996). There is no switch to skip it.
 *
 * @param pinned PEM of the one certificate to accept instead, whoever issued it and whatever name it is for; while it
 *   is valid, since OpenSSL looks at the dates of any
 */
export function tlsOptions(trust: Trust, pinned?: string): ConnectionOptions {
  const options: ConnectionOptions = { rejectUnauthorized: true }
  if (pinned !== undefined) {
    return {
      ...options,
      secureContext: createSecureContext({ ...VERSIONS, ca: [pinned], allowPartialTrustChain: true }),
      // The chain may end in it only by being it: a pinned authority vouches for nobody.
      checkServerIdentity: (_host, shown) =>
        isPinned(shown.fingerprint256, pinned) ? undefined : changedCertificate(),
    }
  }
  return { ...options, secureContext: sharedContext(trust.extraCa) }
}

let shared: { extraCa: string | null; context: SecureContext } | undefined

/** One for all connections: each that reads the authorities for itself holds a megabyte of them, and 20 ms of CPU. */
function sharedContext(extraCa: string | null): SecureContext {
  if (shared?.extraCa === extraCa) return shared.context
  const ca = extraCa === null ? {} : { ca: [...getCACertificates('default'), extraCa] }
  shared = { extraCa, context: createSecureContext({ ...VERSIONS, ...ca }) }
  return shared.context
}

/** Whether a certificate, by its SHA-256, is the pinned one. */
export function isPinned(sha256: string, pinned: string): boolean {
  return new X509Certificate(pinned).fingerprint256 === sha256
}

/**
 * The fault as it is where one certificate is pinned: another one that fits nobody is a changed one. An expired one
 * stays what it is.
 */
export function ofPinned(fault: RemoteFault, endpoint: object): RemoteFault {
  const isPinnedTo = 'certificate' in endpoint && endpoint.certificate !== undefined
  const isUnfit = fault.code === 'certificate-untrusted' || fault.code === 'certificate-wrong-name'
  if (!isPinnedTo || !isUnfit) return fault
  return new RemoteFault(
    'certificate-changed',
    fault.message,
    { ...fault.details, retry: true },
    { cause: fault },
  )
}

function changedCertificate(): Error {
  return Object.assign(new Error('another certificate than the one that was trusted'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
}
