import { createHash } from 'node:crypto'

/** What a test mail says; everything has a plain default. */
export type MailParts = {
  from?: string | null
  to?: string
  cc?: string
  subject?: string
  messageId?: string | null
  inReplyTo?: string | undefined
  references?: readonly string[] | undefined
  date?: string
  text?: string | Buffer
  contentType?: string
  /** Further header lines as they stand, without line end. */
  headers?: readonly string[]
}

/**
 * The raw bytes of a plain mail. Ids are given without `<>`; two calls with the same parts give the
 * same bytes.
 */
export function rawMail(parts: MailParts = {}): Buffer {
  const { contentType = 'text/plain; charset=utf-8' } = parts
  const text = parts.text ?? 'Good morning, my parcel has not come.\r\n'
  const lines = [
    ...(parts.from === null ? [] : [`From: ${parts.from ?? 'Ann <ann@customer.test>'}`]),
    `To: ${parts.to ?? 'support@desk.test'}`,
    ...(parts.cc === undefined ? [] : [`Cc: ${parts.cc}`]),
    `Subject: ${parts.subject ?? 'My parcel'}`,
    `Date: ${parts.date ?? 'Mon, 02 Nov 2026 09:00:00 +0000'}`,
    ...(parts.messageId === null ? [] : [`Message-ID: <${parts.messageId ?? idOf(parts)}>`]),
    ...(parts.inReplyTo === undefined ? [] : [`In-Reply-To: <${parts.inReplyTo}>`]),
    ...(parts.references === undefined
      ? []
      : [`References: ${parts.references.map(id => `<${id}>`).join('\r\n ')}`]),
    ...(parts.headers ?? []),
    'MIME-Version: 1.0',
    `Content-Type: ${contentType}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(text)])
}

/** A sequence of test randomness: the same seed gives the same numbers from 0 to below 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A shuffled copy: each item gets a random place. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = items.map(item => ({ item, at: random() }))
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

function idOf(parts: MailParts): string {
  return `${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}@customer.test`
}
