import { readBytes } from './byte-reader.ts'

/** Ids of MAPI properties read here (MS-OXPROPS). */
export const MAPI = {
  body: 0x1000,
  rtfCompressed: 0x1009,
  bodyHtml: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFilename: 0x3704,
  attachMethod: 0x3705,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  attachContentLocation: 0x3713,
  internetCodepage: 0x3fde,
} as const

/** A property's first value: a number, text, or bytes; bytes of 8-bit text are not decoded yet. */
export type MapiValue =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'bytes'; value: Buffer; isText: boolean; isObject: boolean }

const MAX_PROPERTIES = 2_000
const MAX_VALUES = 10_000
const FIRST_NAMED_ID = 0x8000
const IID_BYTES = 16

// Bytes of fixed-size types, padded to four (MS-OXTNEF 2.1.3.4). -1: length before each value.
const SIZES: Readonly<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
  13: -1,
  30: -1,
  31: -1,
  258: -1,
}

/**
 * The properties of a TNEF property list by id, the first of each; named ones are skipped over.
 * Never throws: what follows something unreadable is left out.
 */
export function readMapiProperties(bytes: Buffer): Map<number, MapiValue> {
  const reader = readBytes(bytes)
  const found = new Map<number, MapiValue>()
  const count = Math.min(reader.u32(), MAX_PROPERTIES)
  for (let i = 0; i < count && !reader.isOver; i++) {
    const type = reader.u16()
    const id = reader.u16()
    if (id >= FIRST_NAMED_ID) skipName(reader)
    const value = readValues(reader, type)
    if (value === undefined) break
    if (value !== null && !found.has(id)) found.set(id, value)
  }
  return found
}

type Reader = ReturnType<typeof readBytes>

function skipName(reader: Reader): void {
  reader.take(16)
  if (reader.u32() === 0) reader.u32()
  else takePadded(reader, reader.u32())
}

function takePadded(reader: Reader, length: number): Buffer {
  const taken = reader.take(length)
  reader.take((4 - (length % 4)) % 4)
  return taken
}

/** The first value of a property; null when it has none; undefined for a type whose size nobody knows. */
function readValues(reader: Reader, type: number): MapiValue | null | undefined {
  const plain = type & 0x0fff
  const size = SIZES[plain]
  if (size === undefined) return undefined
  const isCounted = (type & 0x1000) !== 0 || size < 0
  const count = isCounted ? Math.min(reader.u32(), MAX_VALUES) : 1
  let first: MapiValue | null = null
  for (let i = 0; i < count && !reader.isOver; i++) {
    const taken = size < 0 ? takePadded(reader, reader.u32()) : reader.take(size)
    first ??= toValue(plain, taken)
  }
  return first
}

function toValue(type: number, taken: Buffer): MapiValue {
  if (type === 31)
    return { kind: 'text', value: withoutNul(taken.subarray(0, taken.length & ~1).toString('utf16le')) }
  if (type === 30) return { kind: 'bytes', value: taken, isText: true, isObject: false }
  if (type === 13) return { kind: 'bytes', value: taken.subarray(IID_BYTES), isText: false, isObject: true }
  if (type === 258) return { kind: 'bytes', value: taken, isText: false, isObject: false }
  return { kind: 'number', value: taken.length >= 4 ? taken.readUInt32LE(0) : 0 }
}

/** Text up to its first NUL: strings are stored with their end. */
export function withoutNul(text: string): string {
  const end = text.indexOf('\u0000')
  return end < 0 ? text : text.slice(0, end)
}
