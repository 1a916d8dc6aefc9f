import type { Tx } from '../db/database.ts'
import { cleanLine } from '../mail/clean-line.ts'
import type { Address } from '../mail/mail-types.ts'
import { type MailKind, type PlacedBy, SEND_LANES } from '../shared/vocabulary.ts'
import { addMessages, type NewAttachment, type NewMessage } from '../tickets/add-messages.ts'
import { insertOutbox } from './outgoing.queries.ts'
import { envelopeOf, type Recipients } from './reply-recipients.ts'
import type { ThreadLinks } from './thread-headers.ts'

/** A mail whose bytes are frozen and stored, before it has rows. */
export type QueuedMail = {
  ticketId: number
  mailboxId: number
  uuid: string
  internetMessageId: string
  bytesBlobId: number
  from: Address
  recipients: Recipients
  links: ThreadLinks
  subject: string
  /** All of the text part, and what of it is new. */
  text: string
  visibleText: string
  /** The agent's words as they go back into the composer, and the whole mail as the ticket shows it. */
  wordsHtml?: string | null
  html?: NewMessage['html']
  attachments: readonly NewAttachment[]
  /** null for automatic mail. */
  authorId: number | null
  kind: MailKind
  placedBy: PlacedBy
  placedByMessageId: number | null
  /** The message its agent chose to answer; none where it answers the newest. */
  answeredMessageId?: number | null | undefined
  /** The side thread it is of, `own` where it begins one; none for the customer's exchange. */
  sideThreadId?: number | 'own' | null
  queuedAt: Date
  /** The Date header. Until then it can be undone. */
  dueAt: Date
  /** Held for longer than the undo window; a customer who writes first stops it. */
  isScheduled?: boolean
  lane: keyof typeof SEND_LANES
  sentCopy: 'append' | 'by_server' | 'none'
  /** Of words that are ours; null for what agents write. */
  language: string | null
}

const snippetChars = 200
const maxRefs = 50

/**
 * Writes an outgoing message with its outbox rows: from the commit on it will be sent. Its id is entered
 * in the ancestor index as ours, and the ids it carries as mentioned: so answers find the ticket.
 *
 * @returns the message's id
 */
export async function queueMessage(tx: Tx, mail: QueuedMail): Promise<number> {
  const [messageId = 0] = await addMessages(tx, [
    {
      ...mail,
      direction: 'outbound',
      receivedAt: mail.queuedAt,
      ...mail.recipients,
      replyTo: [],
      snippet: cleanLine(mail.visibleText, snippetChars),
      sentAt: mail.dueAt,
      customerId: null,
      placedByRef: null,
      isNewcomer: false,
      isUnverified: false,
      sender: null,
      defects: [],
      rawBlobId: mail.bytesBlobId,
      readerVersion: 0,
      copyKey: null,
      html: mail.html ?? null,
      refs: [
        { id: mail.internetMessageId, owned: true },
        ...mail.links.references.slice(-maxRefs).map(id => ({ id, owned: false })),
      ],
    },
  ])
  const row = {
    messageId,
    mailboxId: mail.mailboxId,
    dueAt: mail.dueAt,
    isScheduled: mail.isScheduled ?? false,
    lane: SEND_LANES[mail.lane],
    bytesBlobId: mail.bytesBlobId,
    answeredMessageId: mail.answeredMessageId ?? null,
    sentCopy: mail.sentCopy === 'append' ? 'due' : mail.sentCopy,
  }
  await insertOutbox(tx, row, envelopeOf(mail.recipients))
  return messageId
}
