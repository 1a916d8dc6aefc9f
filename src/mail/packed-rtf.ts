import { readBytes } from './byte-reader.ts'

// What every packed text may refer back to (MS-OXRTFCP 2.2.2.1).
const DICTIONARY = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript ' +
    '\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par ' +
    '\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
)
const WINDOW = 4096
const PACKED = 0x75465a4c
const PLAIN = 0x414c454d
const MAX_BYTES = 4 * 1024 * 1024 // a reference of two bytes gives up to 17: packed text cannot explode, only be big

/** The RTF of PR_RTF_COMPRESSED (MS-OXRTFCP), at most 4 MB; null when it is none. Never throws; linear. */
export function unpackRtf(packed: Buffer): Buffer | null {
  if (packed.length < 16) return null
  const reader = readBytes(packed)
  reader.u32()
  const size = Math.min(reader.u32(), MAX_BYTES)
  const kind = reader.u32()
  if (kind === PLAIN) return packed.subarray(16, 16 + size)
  return kind === PACKED ? unpackRuns(packed.subarray(16), size) : null
}

type Unpacked = { out: Buffer; length: number; window: Buffer; write: number }

function unpackRuns(packed: Buffer, size: number): Buffer {
  const window = Buffer.alloc(WINDOW)
  DICTIONARY.copy(window)
  const out = Buffer.allocUnsafe(Math.min(size, packed.length * 9))
  const unpacked: Unpacked = { out, length: 0, window, write: DICTIONARY.length }
  for (let at = 0; at >= 0 && at < packed.length && unpacked.length < out.length; ) {
    at = unpackEight(packed, at, unpacked)
  }
  return out.subarray(0, unpacked.length)
}

/** A byte of flags and the eight signs or references it speaks of; gives where the next begins, -1 at the end. */
function unpackEight(packed: Buffer, start: number, unpacked: Unpacked): number {
  const flags = packed[start] ?? 0
  let at = start + 1
  for (let bit = 0; bit < 8 && at < packed.length; bit++) {
    if ((flags & (1 << bit)) === 0) {
      put(unpacked, packed[at] ?? 0)
      at++
      continue
    }
    if (!repeat(unpacked, ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0))) return -1
    at += 2
  }
  return at
}

/** Writes again what stands earlier in the window; false for the reference to itself that marks the end. */
function repeat(unpacked: Unpacked, token: number): boolean {
  const from = token >> 4
  if (from === unpacked.write) return false
  for (let i = 0; i < (token & 15) + 2; i++) put(unpacked, unpacked.window[(from + i) % WINDOW] ?? 0)
  return true
}

function put(unpacked: Unpacked, byte: number): void {
  if (unpacked.length < unpacked.out.length) unpacked.out[unpacked.length++] = byte
  unpacked.window[unpacked.write] = byte
  unpacked.write = (unpacked.write + 1) % WINDOW
}
