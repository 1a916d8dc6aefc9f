import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import { CLEAN_HTML_VERSION } from '../mail/clean-html.ts'
import { threadRef } from '../mail/message-id.ts'
import { LANES } from '../shared/vocabulary.ts'
import { addMessages, type NewMessage } from '../tickets/add-messages.ts'
import { countAnew } from '../tickets/count-anew.ts'
import { restoreAnswered } from '../tickets/delete-ticket.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { insertMailKeys } from './filing.queries.ts'
import { type Correspondents, placeSent, type SentPlace } from './place-sent.ts'
import {
  deleteUnplacedRefs,
  insertUnplacedRefs,
  selectAnsweredTickets,
  selectAuthors,
  selectCorrespondents,
  selectWithLeads,
  wakeIgnored,
} from './sent-mails.queries.ts'
import type { FreshMail, SortedMails } from './sort-mails.ts'
import { toStorableDate } from './storable-date.ts'
import { idsOf, type ThreadView } from './thread-view.ts'
import { insertHints } from './write-hints.queries.ts'

type SentBatch = { mailboxId: number; sorted: SortedMails; view: ThreadView }

type PlacedSent = { sent: FreshMail; place: SentPlace; ticketId: number; authorId: number | null }

/** What became of the mails of Sent that are not ours by proof, by ledger row. */
export type SentOutcomes = {
  filed: { id: number; messageId: number; ticketId: number }[]
  same: { id: number; messageId: number; firstId: number }[]
  /** In no ticket: kept, and looked at again when a mail comes that has an id in common. */
  ignored: { id: number }[]
}

const MAX_REFS = 100

/**
 * Makes messages of what was sent from a mail program into tickets we know (docs/decisions/0040): outbound, by the agent of
 * the From address where it is one. It counts as an answer: nobody waits for what it answers, and an open ticket whose
 * newest message it is waits for the customer, as does one in Spam, where what they write next would not be seen; new, it
 * brings its ticket back from the Trash. It opens no ticket, answers nothing by itself and notifies nobody.
 *
 * Call it after the batch's other mails have their tickets.
 */
export async function addSentMails(tx: Tx, batch: SentBatch): Promise<SentOutcomes> {
  const { sorted, view, mailboxId } = batch
  const outcomes: SentOutcomes = { filed: [], same: [], ignored: [] }
  const placed = sorted.sent.length === 0 ? [] : await placeAll(tx, batch, outcomes)
  if (placed.length > 0) {
    await addMessages(
      tx,
      placed.map(one => toNewMessage(mailboxId, one)),
    )
    const keys = placed.map(({ sent }) => ({ key: sent.mail.mailKey, message_id: sent.messageId }))
    await insertMailKeys(
      tx,
      keys.map(row => ({ ...row, mailbox_id: mailboxId })),
    )
    await settleTickets(tx, placed)
  }
  await keepUnplaced(tx, batch, outcomes)
  const came = [...sorted.fresh, ...placed.map(({ sent }) => sent)]
  await wakeIgnored(tx, {
    mailboxId: view.mailboxId,
    refs: [...new Set(came.flatMap(({ mail }) => idsOf(mail)).map(threadRef))],
    except: outcomes.ignored.map(({ id }) => id),
  })
  return outcomes
}

async function placeAll(tx: Tx, { sorted, view }: SentBatch, outcomes: SentOutcomes): Promise<PlacedSent[]> {
  const refs = sorted.sent.flatMap(({ mail }) => idsOf(mail)).map(threadRef)
  const evidenceIds = refs.flatMap(ref => view.refs.get(ref)?.messageId ?? [])
  const rows = await selectCorrespondents(tx, [...new Set(evidenceIds)])
  const correspondents: Correspondents = new Map(
    rows.map(row => [row.id, new Set(row.addresses.map(addressKey))]),
  )
  const authors = new Map((await selectAuthors(tx)).map(({ id, email }) => [addressKey(email), id]))
  const brought = new Map(sorted.fresh.map(({ id, mail, messageId }) => [mail.mailKey, { id, messageId }]))
  const placed: PlacedSent[] = []
  for (const sent of sorted.sent) {
    const { id, mail, messageId } = sent
    const first = brought.get(mail.mailKey)
    if (first !== undefined) {
      outcomes.same.push({ id, messageId: first.messageId, firstId: first.id })
      continue
    }
    const place = placeSent(sent, view, correspondents)
    const ticketId = place?.ticket.id
    if (place === undefined || ticketId === undefined) {
      outcomes.ignored.push({ id })
      continue
    }
    brought.set(mail.mailKey, { id, messageId })
    outcomes.filed.push({ id, messageId, ticketId })
    const author = mail.from === null ? undefined : authors.get(addressKey(mail.from.address))
    placed.push({ sent, place, ticketId, authorId: author ?? null })
  }
  return placed
}

/** History, what the tickets say of themselves, and their state. */
async function settleTickets(tx: Tx, placed: readonly PlacedSent[]): Promise<void> {
  const ticketIds = [...new Set(placed.map(({ ticketId }) => ticketId))]
  await countAnew(tx, await selectWithLeads(tx, ticketIds))
  const live = placed.filter(({ sent: { lane, kind } }) => lane === LANES.live && kind !== 'auto-reply')
  const liveIds = [...new Set(live.map(({ ticketId }) => ticketId))]
  const toWaiting = { to: 'waiting', waiting: 'keep' } as const
  const moved = [
    ...(await writeStates(tx, await selectAnsweredTickets(tx, ticketIds, 'open'), {
      ...toWaiting,
      from: ['open'],
    })),
    // Old mail of Sent answered what only later was taken for spam.
    ...(await writeStates(tx, await selectAnsweredTickets(tx, liveIds, 'spam'), {
      ...toWaiting,
      from: ['spam'],
    })),
  ]
  const restored = await restoreAnswered(tx, liveIds)
  const sent = placed.map(({ sent: { messageId, receivedAt, lane }, ticketId, authorId }) => ({
    ticketId,
    messageId,
    kind: 'answered_elsewhere' as const,
    agentId: authorId,
    // At its own date history is no news to anybody.
    ...(lane === LANES.history && { at: receivedAt }),
  }))
  await writeTicketEvents(tx, [...sent, ...moved, ...restored])
  const hints = placed.flatMap(({ sent: { messageId }, place }) =>
    place.bridges.flatMap(({ id }) =>
      id === undefined ? [] : [{ messageId, kind: 'bridge' as const, otherTicketId: id }],
    ),
  )
  if (hints.length > 0) await insertHints(tx, hints)
}

async function keepUnplaced(tx: Tx, { sorted, mailboxId }: SentBatch, outcomes: SentOutcomes): Promise<void> {
  const refs = new Map(sorted.sent.map(({ id, mail }) => [id, idsOf(mail).slice(0, MAX_REFS).map(threadRef)]))
  await insertUnplacedRefs(
    tx,
    mailboxId,
    outcomes.ignored.map(({ id }) => ({ instanceId: id, refs: refs.get(id) ?? [] })),
  )
  await deleteUnplacedRefs(
    tx,
    [...outcomes.filed, ...outcomes.same].map(({ id }) => id),
  )
}

function toNewMessage(mailboxId: number, { sent, place, ticketId, authorId }: PlacedSent): NewMessage {
  const { mail } = sent
  return {
    id: sent.messageId,
    ticketId,
    mailboxId,
    authorId,
    direction: 'outbound',
    isFromMailProgram: true,
    receivedAt: sent.receivedAt,
    sentAt: toStorableDate(mail.sentAt),
    kind: sent.kind === 'auto-reply' ? 'auto-reply' : 'person',
    from: mail.from,
    to: mail.to,
    cc: mail.cc,
    bcc: [],
    replyTo: mail.replyTo,
    subject: mail.subject,
    snippet: mail.snippet,
    internetMessageId: mail.internetMessageId,
    customerId: null,
    isNewcomer: false,
    isUnverified: false,
    sender: null,
    placedBy: place.placedBy,
    placedByMessageId: place.evidenceId,
    placedByRef: place.ref,
    sideThreadId: place.sideThreadId,
    defects: mail.defects,
    rawBlobId: sent.rawBlobId,
    readerVersion: mail.readerVersion,
    language: mail.language,
    copyKey: null,
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
