import { encodeBase32 } from './base32.ts'

/**
 * A Message-ID of ours in canonical form, without `<>`: `<26 random characters>.<token>@<domain>`.
 *
 * @param id.random 16 bytes from a cryptographic source: no id of ours can be guessed, nor be given twice after a restore
 * @param id.token the ticket's reply token
 * @param id.domain of the sending address, already lower-case; U-labels become A-labels (RFC 5322 is ASCII)
 */
export function newMessageId(id: { random: Buffer; token: string; domain: string }): string {
  if (id.random.length !== 16) throw new RangeError('a Message-ID needs 16 random bytes')
  return `${encodeBase32(id.random)}.${id.token}@${asciiDomain(id.domain)}`
}

function asciiDomain(domain: string): string {
  return URL.parse(`http://${domain}`)?.hostname ?? 'letterdesk.invalid'
}
