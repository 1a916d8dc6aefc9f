/**
 * Reads bytes to their end. A stream that is not read to its end is destroyed.
 *
 * @throws what `tooLarge` makes once there are more than `maxBytes`; what the stream fails with
 */
export async function readAtMost(
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of content) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}
