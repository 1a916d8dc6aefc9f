import { createHmac, timingSafeEqual } from 'node:crypto'

/** One key of the `tokens` purpose; `id` stands in every token so that keys can be changed. */
export type TokenKey = { id: number; secret: Buffer }

const MAC_BYTES = 16 // 128 bits: guessing 10^6 times hits with 2^-108

/** HMAC-SHA-256 of `parts` under one use (`label`), cut to 128 bits. Parts must be self-delimiting. */
export function shortMac(key: TokenKey, label: string, parts: Uint8Array): Buffer {
  return createHmac('sha256', key.secret)
    .update(`letterdesk ${label}\0`)
    .update(parts)
    .digest()
    .subarray(0, MAC_BYTES)
}

/** `parts` followed by their mac. */
export function signBytes(key: TokenKey, label: string, parts: Uint8Array): Buffer {
  return Buffer.concat([parts, shortMac(key, label, parts)])
}

/** The parts of signed bytes when their mac is right, compared in constant time. */
export function openSignedBytes(key: TokenKey, label: string, signed: Buffer): Buffer | undefined {
  if (signed.length <= MAC_BYTES) return undefined
  const parts = signed.subarray(0, signed.length - MAC_BYTES)
  const mac = signed.subarray(signed.length - MAC_BYTES)
  return timingSafeEqual(mac, shortMac(key, label, parts)) ? parts : undefined
}

/** A whole number from 0 to 2^53-1 as base-128 digits, lowest first, so that small ids stay short. */
export function encodeNumber(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}

/** The number at `offset` and where it ends; undefined when cut, too long or not in its shortest form. */
export function decodeNumber(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < 7; i++) {
    const byte = bytes[offset + i]
    if (byte === undefined) return undefined
    value += (byte % 128) * 128 ** i
    if (byte >= 128) continue
    return byte === 0 && i > 0 ? undefined : { value, end: offset + i + 1 }
  }
  return undefined
}
