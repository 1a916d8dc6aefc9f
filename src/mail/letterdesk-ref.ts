import { decodeBase32, encodeBase32 } from './base32.ts'
import { firstValue, readHeaderFields } from './header-fields.ts'
import { canonicalMessageId } from './message-id.ts'
import { decodeNumber, encodeNumber, openSignedBytes, signBytes, type TokenKey } from './signed-bytes.ts'

const LABEL = 'message ref 1'
const FIELD = 'x-letterdesk-ref'
const SCANNED_BYTES = 64 * 1024
const VERSION_AT = 14
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The value of X-Letterdesk-Ref: `<message uuid>.<key id and hmac>`. It names our mail even where
 * a relay replaced the Message-ID, as SES does.
 */
export function signLetterdeskRef(ref: { messageUuid: string; key: TokenKey }): string {
  if (!UUID.test(ref.messageUuid)) throw new RangeError('a message uuid is a lower-case uuid')
  const signed = signBytes(ref.key, LABEL, signedParts(encodeNumber(ref.key.id), ref.messageUuid))
  const mac = signed.subarray(signed.length - 16)
  return `${ref.messageUuid}.${encodeBase32(Buffer.concat([encodeNumber(ref.key.id), mac]))}`
}

/** What a mail says in X-Letterdesk-Ref, else in its Message-ID, as a look at its header shows. It proves nothing yet. */
export function scanLetterdeskRef(source: Buffer): string | null {
  const { fields } = readHeaderFields(source, 0, Math.min(source.length, SCANNED_BYTES))
  return (
    firstValue(fields, FIELD) ?? refOfMessageId(canonicalMessageId(firstValue(fields, 'message-id') ?? ''))
  )
}

const IN_MESSAGE_ID = /^[a-z2-7]{26}\.([0-9a-f-]{36}\.[a-z2-7]{20,60})@/i

/**
 * The value of X-Letterdesk-Ref where a Message-ID bears it, as that of a test mail does, for relays that take X- fields
 * away; null for any other id. It proves nothing yet.
 */
export function refOfMessageId(internetMessageId: string | null): string | null {
  return IN_MESSAGE_ID.exec(internetMessageId ?? '')?.[1] ?? null
}

/** The message uuid of a genuine X-Letterdesk-Ref, else undefined. */
export function verifyLetterdeskRef(value: string, keys: TokenKey[]): string | undefined {
  const [uuid = '', proof = ''] = value.trim().toLowerCase().slice(0, 100).split('.')
  if (!UUID.test(uuid)) return undefined
  const bytes = decodeBase32(proof)
  const keyId = bytes && decodeNumber(bytes, 0)
  const key = keyId && keys.find(one => one.id === keyId.value)
  if (!key) return undefined
  const parts = signedParts(bytes.subarray(0, keyId.end), uuid)
  const signed = Buffer.concat([parts, bytes.subarray(keyId.end)])
  return signed.length === parts.length + 16 && openSignedBytes(key, LABEL, signed) ? uuid : undefined
}

/** The key that an X-Letterdesk-Ref names; it proves nothing yet. */
export function keyIdOfLetterdeskRef(value: string): number | undefined {
  const [, proof = ''] = value.trim().toLowerCase().slice(0, 100).split('.')
  const bytes = decodeBase32(proof)
  return bytes && decodeNumber(bytes, 0)?.value
}

/**
 * The uuid of a mail to an agent, which is no message of any ticket: version 8, which is free for one’s own use, tells it
 * from those the database draws, which are version 4.
 *
 * @param random a version 4 uuid
 */
export function agentMailUuid(random: string): string {
  return `${random.slice(0, VERSION_AT)}8${random.slice(VERSION_AT + 1)}`
}

/** Whether the uuid of a genuine X-Letterdesk-Ref is one of agentMailUuid. */
export function isAgentMail(uuid: string): boolean {
  return uuid.charAt(VERSION_AT) === '8'
}

function signedParts(keyId: Uint8Array, uuid: string): Buffer {
  return Buffer.concat([keyId, Buffer.from(uuid.replaceAll('-', ''), 'hex')])
}
