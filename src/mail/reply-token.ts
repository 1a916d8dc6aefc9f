import { decodeBase32, encodeBase32 } from './base32.ts'
import { decodeNumber, encodeNumber, openSignedBytes, signBytes, type TokenKey } from './signed-bytes.ts'

const LABEL = 'reply token 1'
const UUID_BYTES = 16
const MIN_CHARS = 55 // 2 one-byte numbers + 16 bytes of key + 16 of mac
const MAX_CHARS = 70
const MAX_TOKENS = 20 // a mail of ours carries one; more are a search for luck

/**
 * Proof that a mail answers one ticket, for Message-IDs and plus-addresses: 55 characters of
 * `a-z2-7` while key id and mailbox id are below 128.
 *
 * Bound to the ticket's `replyKey` and the mailbox that issues it (docs/decisions/0005). In a
 * plus-address, check the local part against the 64 octets of RFC 5321 §4.5.3.1.1.
 *
 * @param token.replyKey the ticket's uuid
 */
export function signReplyToken(token: { replyKey: string; mailboxId: number; key: TokenKey }): string {
  const replyKey = Buffer.from(token.replyKey.replaceAll('-', ''), 'hex')
  if (replyKey.length !== UUID_BYTES) throw new RangeError('a reply key is a uuid')
  const parts = Buffer.concat([encodeNumber(token.key.id), encodeNumber(token.mailboxId), replyKey])
  return encodeBase32(signBytes(token.key, LABEL, parts))
}

/**
 * Everything that has the shape of a reply token, in the order given, each once, at most 20.
 * Nothing is verified.
 *
 * @param candidates ids of References and In-Reply-To, and addresses the mail was sent to
 */
export function findReplyTokens(candidates: string[]): string[] {
  const found = new Set<string>()
  for (const candidate of candidates) {
    for (const piece of candidate
      .slice(0, 2_000)
      .toLowerCase()
      .split(/[^a-z2-7]+/)) {
      if (piece.length >= MIN_CHARS && piece.length <= MAX_CHARS) found.add(piece)
      if (found.size >= MAX_TOKENS) return [...found]
    }
  }
  return [...found]
}

/**
 * What a genuine token says; undefined for every other text, without telling why.
 *
 * The caller still decides whether the ticket's mailbox may accept it and who its sender is:
 * a token never makes a stranger a participant.
 *
 * @param keys every key that may still verify, also those retired for issuing
 */
export function verifyReplyToken(
  token: string,
  keys: TokenKey[],
): { replyKey: string; mailboxId: number } | undefined {
  const bytes = decodeBase32(token)
  const keyId = bytes && decodeNumber(bytes, 0)
  const key = keyId && keys.find(one => one.id === keyId.value)
  const parts = key && openSignedBytes(key, LABEL, bytes)
  const mailboxId = parts && decodeNumber(parts, keyId.end)
  if (!mailboxId || parts.length !== mailboxId.end + UUID_BYTES) return undefined
  return { replyKey: toUuid(parts.subarray(mailboxId.end)), mailboxId: mailboxId.value }
}

/** The key that a text in the shape of a reply token names; it proves nothing yet. */
export function keyIdOfReplyToken(token: string): number | undefined {
  const bytes = decodeBase32(token)
  return bytes && decodeNumber(bytes, 0)?.value
}

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
