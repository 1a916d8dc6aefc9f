import type { Delivery } from '../../shared/delivery.ts'
import type { Message } from '../../shared/tickets.ts'

/** A way to mend a reply that did not arrive, before it is sent anew. */
export type Repair = 'address' | 'history' | 'pictures' | 'again'

const ADDRESS_REASONS = ['unknown-address', 'unknown-domain', 'address-disabled']

/** The recipients a reply did not reach. */
export function missedRecipients(delivery: Delivery): Delivery['recipients'] {
  const missed = delivery.recipients.filter(one => one.state === 'failed' || one.state === 'bounced')
  return missed.length > 0 ? missed : delivery.recipients
}

/** What can be mended of a reply that did not arrive, by what servers said of it; the likeliest first. */
export function repairsOf(message: Message, delivery: Delivery): Repair[] {
  if (isForward(message)) return forwardAgain(message) === null ? [] : ['again']
  const reasons = missedRecipients(delivery).map(one => one.reason)
  const repairs: Repair[] = []
  if (reasons.some(reason => reason !== null && ADDRESS_REASONS.includes(reason))) repairs.push('address')
  if (reasons.includes('too-large')) {
    if (hasHistory(message)) repairs.push('history')
    if (message.attachments.some(isPicture)) repairs.push('pictures')
  }
  return [...repairs, 'again']
}

/** A picture that a browser can draw smaller. */
export function isPicture({ contentType }: { contentType: string }): boolean {
  return /^image\/(jpeg|png|webp)$/.test(contentType)
}

/**
 * Whether a reply that is sent anew quotes the mail it answers: as it did before, unless that is what is
 * to be left out.
 */
export function keepsHistory(message: Pick<Message, 'folds'>, way: Repair): boolean {
  return way !== 'history' && hasHistory(message)
}

/**
 * Which message a reply that is sent anew answers: what it answered before, so that nobody gets what others wrote.
 * What was for a third party stays with them.
 */
export function answeredAgain(message: Pick<Message, 'answeredMessageId' | 'sideThreadId'>): number | null {
  return message.answeredMessageId ?? message.sideThreadId
}

/** Whether a message is one that an agent forwarded to a third party: it begins its side thread. */
function isForward({ id, sideThreadId }: Pick<Message, 'id' | 'sideThreadId'>): boolean {
  return sideThreadId === id
}

/** The message that is forwarded again instead of a forward that did not arrive; null of a reply, and where it is gone. */
export function forwardAgain(
  message: Pick<Message, 'id' | 'sideThreadId' | 'placedByMessage'>,
): number | null {
  return isForward(message) ? (message.placedByMessage?.id ?? null) : null
}

/** The files of a message that went along with a forward of it. */
export function forwardedFiles(
  forwarded: Pick<Message, 'attachments'>,
  forward: Pick<Message, 'attachments'>,
): number[] {
  const went = new Set(forward.attachments.map(fileKey))
  return forwarded.attachments.filter(file => went.has(fileKey(file))).map(file => file.id)
}

function fileKey({ filename, sizeBytes }: Message['attachments'][number]): string {
  return `${sizeBytes} ${filename}`
}

// Of our own messages the server folds the quoted mail, and nothing else (tickets/stored-folds.ts).
function hasHistory({ folds }: Pick<Message, 'folds'>): boolean {
  return folds.length > 0
}
