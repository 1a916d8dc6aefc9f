import { type ConnectionOptions, getCACertificates } from 'node:tls'
import type { Trust } from './host-guard.ts'

/**
 * How every connection to a mail server verifies it: the certificate authorities of Node and the
 * operator's, TLS 1.2 at least (RFC 8996). There is no switch to skip it.
 */
export function tlsOptions(trust: Trust): ConnectionOptions {
  const options: ConnectionOptions = { minVersion: 'TLSv1.2', rejectUnauthorized: true }
  if (trust.extraCa !== null) options.ca = [...getCACertificates('default'), trust.extraCa]
  return options
}
