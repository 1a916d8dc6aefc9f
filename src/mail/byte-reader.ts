/** Reads little-endian values one after the other; behind the end everything is 0 and empty, and `isOver` says so. */
export type ByteReader = {
  at: number
  isOver: boolean
  u8: () => number
  u16: () => number
  u32: () => number
  /** A view on the next `length` bytes, shorter where the input ends. */
  take: (length: number) => Buffer
}

/** A reader over `bytes` that never throws and never reads beyond them. */
export function readBytes(bytes: Buffer): ByteReader {
  const take = (length: number): Buffer => {
    const start = Math.min(reader.at, bytes.length)
    const end = Math.min(bytes.length, start + Math.max(0, length))
    if (end - start < length) reader.isOver = true
    reader.at = end
    return bytes.subarray(start, end)
  }
  const value = (size: number): number => {
    const taken = take(size)
    return taken.length < size ? 0 : taken.readUIntLE(0, size)
  }
  const reader: ByteReader = {
    at: 0,
    isOver: false,
    u8: () => value(1),
    u16: () => value(2),
    u32: () => value(4),
    take,
  }
  return reader
}
