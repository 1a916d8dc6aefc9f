const underWay = new Set<Promise<unknown>>()

/** Keeps in mind that the server is being told of a ticket that was read. */
export function noteReading(told: Promise<unknown>): void {
  underWay.add(told)
  const forget = () => underWay.delete(told)
  told.then(forget, forget)
}

/** Once the server knows of all that was read: what is left unread now must not be read by a message that comes late. */
export async function readingsTold(): Promise<void> {
  await Promise.allSettled(underWay)
}

const leftUnread = new Set<number>()

/** The agent leaves these tickets unread: one that is open, and has been for less than a moment, is not read by that. */
export function leaveUnread(numbers: readonly number[]): void {
  for (const number of numbers) leftUnread.add(number)
}

/** A ticket comes on the screen, or something new in it does. @returns whether it was left unread since */
export function beginReading(number: number): () => boolean {
  leftUnread.delete(number)
  return () => leftUnread.has(number)
}
