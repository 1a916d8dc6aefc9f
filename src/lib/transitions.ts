import { channel } from 'node:diagnostics_channel'

/**
 * Every step of a mail's way, also of its way out of the Trash, after which, or in whose transaction, a process may be
 * gone: the points at which `npm run prove:grid` breaks things. `-ing`: all is written and not committed. The others:
 * committed, or durable in the blob store, and nothing that follows was begun.
 */
export const TRANSITIONS = [
  'mail-bytes-kept',
  'mail-rows-entering',
  'mail-rows-entered',
  'mail-claimed',
  'mail-read',
  'mail-filing',
  'mail-filed',
  'mail-given-back',
  'mail-attempt-failed',
  'mail-quarantined',
  'mail-retried',
  'reply-bytes-kept',
  'reply-queueing',
  'reply-queued',
  'reply-moving',
  'reply-moved',
  'reply-overtaking',
  'reply-undoing',
  'reply-undone',
  'reply-claimed',
  'reply-handed-over',
  'reply-answered',
  'reply-accepting',
  'reply-accepted',
  'reply-deferring',
  'reply-deferred',
  'reply-trying-now',
  'reply-tried-now',
  'reply-stopping',
  'reply-stopped',
  'reply-failing',
  'reply-failed',
  'reply-doubting',
  'reply-doubted',
  'reply-deciding',
  'reply-decided',
  'reply-recovering',
  'reply-recovered',
  'copy-claimed',
  'copy-appended',
  'copy-noted',
  'ticket-erasing',
  'ticket-erased',
  'blobs-freed',
  'pack-copied',
  'pack-moved',
  'pack-emptied',
] as const
export type Transition = (typeof TRANSITIONS)[number]

/** The channel of `node:diagnostics_channel` on which each passing is told; nobody listens in a product at work. */
export const transitionChannel = 'letterdesk:transition'

const passings = channel(transitionChannel)

/** Tells whoever listens, synchronously, that this process is at that point now; without a listener it is nothing. */
export function passed(point: Transition): void {
  if (passings.hasSubscribers) passings.publish(point)
}
