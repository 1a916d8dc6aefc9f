import type { Tx } from '../db/database.ts'
import { CLEAN_HTML_VERSION } from '../mail/clean-html.ts'
import type { ForwardedMail } from '../mail/mail-types.ts'
import { LANES } from '../shared/vocabulary.ts'
import type { NewMessage } from '../tickets/add-messages.ts'
import { isOnlyThanks } from '../tickets/only-thanks.ts'
import { selectReceivedAt } from './filing.queries.ts'
import type { Placement } from './match-tickets.ts'
import type { FreshMail } from './sort-mails.ts'
import { toStorableDate } from './storable-date.ts'
import { idsOf } from './thread-view.ts'

/** A fresh mail in its ticket. */
export type PlacedMail = {
  fresh: FreshMail
  placement: Placement
  ticketId: number
  customerId: number | null
  /** Whose the ticket is that it opens, by the rule of the mailbox. */
  teamId: number | null
  /** A twin of the ticket got this mail before. */
  isCopy: boolean
  /** The ticket itself did, by another mailbox: nobody is shown it twice. */
  isDouble: boolean
}

/** The mails as messages, each below what it answers where both are of the same second. */
export async function toNewMessages(
  tx: Tx,
  mailboxId: number,
  placed: readonly PlacedMail[],
): Promise<NewMessage[]> {
  return await belowTheirAncestors(
    tx,
    placed.map(one => toNewMessage(mailboxId, one)),
  )
}

/** Whose mail it was that a proven agent forwarded. */
export function takenOf(placement: Placement | undefined): ForwardedMail | undefined {
  return placement?.forward?.isProven ? placement.forward : undefined
}

function forwardOf({ forward }: Placement): ForwardedMail | null {
  return forward && { from: forward.from, subject: forward.subject }
}

/** A closed ticket stays closed where a person only says thanks. */
export function isThanksToClosed({ fresh, placement }: PlacedMail): boolean {
  return placement.ticket.state === 'closed' && fresh.kind === 'person' && isOnlyThanks(fresh.mail)
}

function toNewMessage(mailboxId: number, placed: PlacedMail): NewMessage {
  const { fresh, placement, ticketId, customerId, isCopy, isDouble } = placed
  const { mail } = fresh
  return {
    id: fresh.messageId,
    ticketId,
    mailboxId,
    direction: 'inbound',
    receivedAt: fresh.receivedAt,
    kind: fresh.kind,
    isOnlyThanks: isThanksToClosed(placed),
    isHistory: fresh.lane === LANES.history,
    from: mail.from,
    forward: forwardOf(placement),
    forwardedFrom: takenOf(placement)?.from ?? null,
    sideThreadId: placement.sideThreadId,
    to: mail.to,
    cc: mail.cc,
    bcc: [],
    replyTo: mail.replyTo,
    subject: mail.subject,
    snippet: mail.snippet,
    internetMessageId: mail.internetMessageId,
    sentAt: toStorableDate(mail.sentAt),
    authorId: null,
    customerId,
    isNewcomer: placement.isNewcomer,
    isUnverified: placement.isUnverified,
    sender: fresh.sender,
    placedBy: placement.placedBy,
    placedByMessageId: placement.evidenceId,
    placedByRef: placement.ref,
    isCopy,
    isDouble,
    defects: placement.isReusedId ? [...mail.defects, 'reused-message-id'] : mail.defects,
    rawBlobId: fresh.rawBlobId,
    readerVersion: mail.readerVersion,
    language: mail.language,
    copyKey: mail.copyKey,
    text: mail.text,
    visibleText: mail.visibleText,
    folds: mail.folds,
    html: mail.html === null ? null : { version: CLEAN_HTML_VERSION, html: mail.html },
    attachments: mail.attachments.map(({ index, ...attachment }) => ({
      ...attachment,
      partIndex: index,
      blobId: null,
    })),
    calendar: mail.calendar,
    protections: mail.protections,
    refs: idsOf(mail).map(id => ({ id, owned: id === mail.internetMessageId })),
  }
}

/**
 * Servers date mail by whole seconds, and we date what we sent more finely: an answer within that
 * second would stand above what it answers. It takes its place a millisecond below instead.
 */
async function belowTheirAncestors(tx: Tx, messages: readonly NewMessage[]): Promise<NewMessage[]> {
  const ancestorIds = messages.flatMap(({ placedByMessageId }) => placedByMessageId ?? [])
  const receivedAt = await selectReceivedAt(tx, ancestorIds)
  return messages.map(message => {
    const ancestorMs = receivedAt.get(message.placedByMessageId ?? 0)?.getTime()
    const aheadMs = ancestorMs === undefined ? -1 : ancestorMs - message.receivedAt.getTime()
    const isSameSecond = ancestorMs !== undefined && aheadMs >= 0 && aheadMs < 1_000
    return isSameSecond ? { ...message, receivedAt: new Date(ancestorMs + 1) } : message
  })
}
