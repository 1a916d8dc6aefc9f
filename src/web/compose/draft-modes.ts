import type { Message, Ticket } from '../../shared/tickets.ts'
import { forwardAgain, forwardedFiles, missedRecipients } from '../ticket/repairs.ts'
import type { Draft } from './draft-store.ts'

/**
 * What changes when words are to be of another kind. Who was chosen for a forward never gets a reply, nor the
 * customer's circle a forward: whom it goes to begins anew.
 */
export function inMode(draft: Draft, mode: 'reply' | 'note'): Partial<Draft> {
  if (draft.mode !== 'forward') return { mode }
  return { mode, to: null, cc: null, bcc: [], forwardedMessageId: null, fileIds: [], insteadOf: null }
}

/** A reply to the one who wrote alone, also where others got the message too. */
export function toSender({ replyDefaults }: Ticket): Partial<Draft> {
  const to = replyDefaults.to.slice(0, 1).map(one => one.address)
  return { answeredMessageId: null, to, cc: [], bcc: [] }
}

/** The draft as a forward of a message, with the files that are worth sending along. */
export function asForward(message: Message): Partial<Draft> {
  const files = message.attachments.filter(file => !file.isMinor)
  return {
    mode: 'forward',
    to: [],
    cc: [],
    bcc: [],
    withHistory: false,
    answeredMessageId: null,
    forwardedMessageId: message.id,
    fileIds: files.map(file => file.id),
    insteadOf: null,
  }
}

/** A forward that did not arrive, to be looked at and sent anew; undefined where its message is not in the ticket any more. */
export function forwardAnew(ticket: Ticket, forward: Message): Partial<Draft> | undefined {
  const forwarded = ticket.messages.find(one => one.id === forwardAgain(forward))
  if (forwarded === undefined || forward.delivery === null) return undefined
  return {
    ...asForward(forwarded),
    text: forward.visibleText,
    html: null,
    to: missedRecipients(forward.delivery).map(one => one.address),
    fileIds: forwardedFiles(forwarded, forward),
    insteadOf: forward.id,
  }
}

/** What the composer forwards where nobody chose a message: the customer's newest, else the newest at all. */
export function newestToForward(ticket: Ticket): Message | undefined {
  const own = ticket.messages.filter(one => one.mailboxId === ticket.mailboxId && one.sideThreadId === null)
  return own.findLast(one => one.direction === 'inbound') ?? own.at(-1)
}

/** The message that a draft forwards; undefined once it is elsewhere. */
export function forwardedOf(ticket: Ticket, draft: Draft): Message | undefined {
  return ticket.messages.find(one => one.id === draft.forwardedMessageId)
}
