import type { NewMessage } from '../../src/tickets/add-messages.ts'

/** A plain mail of Ann's at this moment that opens its ticket, in what `parts` leaves unsaid. */
export function newMessage(
  parts: Partial<NewMessage> & Pick<NewMessage, 'ticketId' | 'mailboxId'>,
): NewMessage {
  const text = parts.text ?? 'It has not come.'
  return {
    direction: 'inbound',
    receivedAt: new Date(),
    kind: 'person',
    from: { name: 'Ann', address: 'ann@customer.test' },
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'My parcel',
    snippet: text.slice(0, 200),
    internetMessageId: null,
    sentAt: null,
    authorId: null,
    customerId: null,
    isNewcomer: false,
    isUnverified: false,
    sender: null,
    placedBy: 'no-ancestor',
    placedByMessageId: null,
    placedByRef: null,
    defects: [],
    rawBlobId: null,
    readerVersion: 1,
    language: null,
    copyKey: null,
    text,
    visibleText: text,
    html: null,
    attachments: [],
    refs: [],
    ...parts,
  }
}
