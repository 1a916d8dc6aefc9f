import type { Message } from '../../shared/tickets.ts'

/** Of a notice that a mail was sent: how it is taken back, for as long as it can be; of one that cannot, nothing. */
export function undoableFor({ delivery }: Message, undoSeconds: number, undo: () => Promise<void>) {
  if (undoSeconds === 0) return {}
  return { undo, forMs: windowMs(delivery?.dueAt, undoSeconds * 1000), isCounted: true }
}

/**
 * How long something can be undone: by the server's word; by the agent's choice where its clock and ours differ too
 * much to count by.
 */
function windowMs(dueAt: string | undefined, chosenMs: number): number {
  const leftMs = dueAt === undefined ? Number.NaN : Date.parse(dueAt) - Date.now()
  return leftMs > 1000 ? Math.min(leftMs, chosenMs) : chosenMs
}
