const HEADER_BYTES = 22
const CHILD_BYTES = 5
const MAX_CHILDREN = 60 // 430 characters: a line of its own, and more rounds than people write
const FILETIME_EPOCH_MS = -11_644_473_600_000n // 1601-01-01

/**
 * The Thread-Index of an answer, or null where the answered mail has none that is sound. Outlook and Exchange put
 * mails of one conversation together by its first 22 bytes; an answer without it falls out of a conversation that
 * has one. It is that of the answered mail and five bytes more for the time since; past sixty answers it stays as it is.
 * None is made for a mail that has none: the others of its conversation have none either.
 *
 * @param value the answered mail's field, unfolded; anything
 * @see MS-OXOMSG §2.2.1.3 (PidTagConversationIndex), MS-OXCMAIL §2.1.3.2
 */
export function answerThreadIndex(value: string | undefined, at?: Date): string | null {
  const text = value?.trim() ?? ''
  if (!/^[A-Za-z0-9+/]{30,800}={0,2}$/.test(text)) return null
  const parent = Buffer.from(text, 'base64')
  const children = (parent.length - HEADER_BYTES) / CHILD_BYTES
  if (parent[0] !== 1 || !Number.isInteger(children) || children < 0) return null
  if (children >= MAX_CHILDREN)
    return parent.subarray(0, HEADER_BYTES + MAX_CHILDREN * CHILD_BYTES).toString('base64')
  return Buffer.concat([parent, childBlock(parent, at)]).toString('base64')
}

/** 31 bits of the time since the first mail, in steps of 26 ms or of 0.8 s, and a byte that only tells siblings apart. */
function childBlock(parent: Buffer, at: Date | undefined): Buffer {
  // The header has the high 40 bits of a FILETIME after its first byte, which is the highest of them.
  const begun = parent.readUIntBE(0, 6)
  const ticks =
    at === undefined ? 0n : (BigInt(at.getTime()) - FILETIME_EPOCH_MS) * 10_000n - (BigInt(begun) << 16n)
  const since = ticks < 0n ? 0n : ticks
  const isLong = since >> 49n > 0n
  const delta = ((isLong ? since >> 23n : since >> 18n) & 0x7fffffffn) | (isLong ? 0x80000000n : 0n)
  const block = Buffer.alloc(CHILD_BYTES)
  block.writeUInt32BE(Number(delta), 0)
  return block
}
