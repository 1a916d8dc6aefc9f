import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import { addressKey } from '../mail/address.ts'
import { LANES } from '../shared/vocabulary.ts'
import { reserveMessageIds } from '../tickets/add-messages.ts'
import { listOwnAddresses } from '../tickets/participants.ts'
import { writeThreadRefs } from '../tickets/thread-refs.ts'
import { addFreshMails } from './add-fresh-mails.ts'
import { addSentMails, type SentOutcomes } from './add-sent-mails.ts'
import { lockClaimedRows, lockMailboxFiling } from './claim.queries.ts'
import { noteLooseRaw, type SettledRow, selectConnected, settleRows } from './filing.queries.ts'
import { findReturned, findSent } from './find-sent.ts'
import { selectMovedToJunk } from './leave-spam.queries.ts'
import { isOutOfSpam, leaveSpam } from './leave-spam.ts'
import { settleSelf } from './settle-self.ts'
import { type ReadMail, type SortedMails, sortMails } from './sort-mails.ts'
import { findStorms } from './storms.ts'
import { asInJunk, takeForSpam } from './take-for-spam.ts'
import { loadThreadView } from './thread-view.ts'
import { type TwinMark, twinMark } from './twin-key.ts'

/** What became of one ledger row. */
export type FiledMail = {
  id: number
  outcome: 'filed' | 'same' | 'own' | 'ignored' | 'erased'
  messageId: number | null
  ticketId: number | null
}

/**
 * Files a batch of one mailbox: the one transaction in which mails become messages.
 *
 * Filing takes the mailbox's filing lock first, so that one mailbox is filed by one transaction at a time, and leaves
 * out every row whose claim is no longer ours. Each mail ends as `filed` (customer, ticket, message, events), as `same`
 * (another row brought its message), as `erased` (its message was deleted for good), as `own` (a mail of ours seen
 * again, whose present Message-ID from now on leads to the sent message) or, in Sent, as `ignored` (it belongs to no
 * ticket so far: add-sent-mails.ts). The statements are as many whatever the batch's size, some forty where reports
 * came; no network, no parsing.
 *
 * @param batch.mails of one mailbox under one claim number, in any order: they are filed in ledger order
 * @returns one entry for each row that was still ours; after the commit the caller rings `live`
 * @see docs/decisions/0006, docs/decisions/0009
 */
export async function fileMails(
  tx: Tx,
  batch: { mailboxId: number; claimNo: number; mails: readonly ReadMail[]; tokenKeys: readonly RingKey[] },
): Promise<FiledMail[]> {
  const { mailboxId, tokenKeys } = batch
  await lockMailboxFiling(tx, mailboxId)
  const claimed = await keepClaimed(tx, batch)
  if (claimed.length === 0) return []
  const ownAddresses = await listOwnAddresses(tx)
  const mails = asInJunk(await settleSelf(tx, { mailboxId, mails: claimed, ownAddresses }))
  const parsed = mails.map(read => read.mail)
  const received = mails.filter(({ role }) => role !== 'sent')
  const marks = await markTwins(tx, mailboxId, received)
  const sent = await findSent(tx, mails, tokenKeys)
  const returned = await findReturned(tx, received, tokenKeys)
  const storms = await findStorms(tx, mailboxId, received.map(toStormyMail))
  const ticketIds = [
    ...[...sent.values()].flatMap(match => match.message?.ticket_id ?? []),
    ...[...returned.values()].map(message => message.ticket_id),
    ...[...storms.values()].map(storm => storm.ticketId),
  ]
  const twinKeys = [...marks.values()].map(mark => mark.key)
  const view = await loadThreadView(tx, {
    mailboxId,
    mails: parsed,
    tokenKeys,
    ownAddresses,
    ticketIds,
    twinKeys,
    storms,
  })
  const messageIds = await reserveMessageIds(tx, mails.length)
  const sorted = await sortMails(tx, { mailboxId, mails, messageIds, sent, view, tokenKeys })
  const { fresh } = sorted
  const ticketOf = await addFreshMails(tx, { mailboxId, mails: fresh, view, ownAddresses, returned, marks })
  const outcomes = await addSentMails(tx, { mailboxId, sorted, view })
  for (const { messageId, ticketId } of outcomes.filed) ticketOf.set(messageId, ticketId)
  await enterRewrittenIds(tx, sorted.own)
  const settled = [...toSettledRows(sorted), ...settledSent(outcomes)]
  await noteLooseRaw(
    tx,
    sorted.erased.map(({ read }) => read.id),
  )
  await settleRows(tx, settled)
  const elsewhere = sorted.same.filter(({ read }) => isOutOfSpam(read.role))
  await leaveSpam(
    tx,
    elsewhere.flatMap(({ messageId }) => messageId ?? []),
  )
  const inJunk = sorted.same.filter(({ read }) => read.role === 'junk').map(({ read }) => read.id)
  await takeForSpam(tx, await selectMovedToJunk(tx, inJunk))
  return settled.map(row => ({
    id: row.id,
    outcome: row.state,
    messageId: row.message_id,
    ticketId: (row.state === 'filed' && row.message_id !== null && ticketOf.get(row.message_id)) || null,
  }))
}

function settledSent({ filed, same, ignored }: SentOutcomes): SettledRow[] {
  return [
    ...filed.map(({ id, messageId }) => ({
      id,
      message_id: messageId,
      same_as_id: null,
      state: 'filed' as const,
    })),
    ...same.map(({ id, messageId, firstId }) => ({
      id,
      message_id: messageId,
      same_as_id: firstId,
      state: 'same' as const,
    })),
    ...ignored.map(({ id }) => ({
      id,
      message_id: null,
      same_as_id: null,
      state: 'ignored' as const,
      reason: 'no-ticket',
    })),
  ]
}

/** The mails that may have copies in other mailboxes, by ledger row (docs/decisions/0012). */
async function markTwins(
  tx: Tx,
  mailboxId: number,
  mails: readonly ReadMail[],
): Promise<Map<number, TwinMark>> {
  const connected = (await selectConnected(tx)).map(({ id, addresses }) => ({
    id,
    addresses: new Set(addresses.map(addressKey)),
  }))
  return new Map(
    mails.flatMap(({ id, mail, lane }) => {
      // History shares its state with nobody: a ticket that is worked on must not be closed by it, nor it opened.
      if (lane === LANES.history) return []
      const mark = twinMark(mail, mailboxId, connected)
      return mark === undefined ? [] : [[id, mark] as const]
    }),
  )
}

function toStormyMail({ mail, lane, receivedAt }: ReadMail) {
  return { mail, kind: mail.kind, lane, receivedAt }
}

async function keepClaimed(
  tx: Tx,
  batch: { claimNo: number; mails: readonly ReadMail[] },
): Promise<ReadMail[]> {
  const ids = batch.mails.map(read => read.id)
  const held = new Set(await lockClaimedRows(tx, { ids, claimNo: batch.claimNo }))
  return batch.mails.filter(read => held.has(read.id)).sort((a, b) => a.id - b.id)
}

/** Answers to a copy whose Message-ID a relay replaced name that id: it is ours too. */
async function enterRewrittenIds(tx: Tx, own: SortedMails['own']): Promise<void> {
  await writeThreadRefs(
    tx,
    own.flatMap(({ read, messageId, mailboxId }) =>
      read.mail.internetMessageId === null || messageId === null
        ? []
        : [{ mailboxId, messageId, id: read.mail.internetMessageId, owned: true }],
    ),
  )
}

function toSettledRows({ own, same, erased, fresh }: SortedMails): SettledRow[] {
  return [
    ...own.map(({ read, messageId }) => ({
      id: read.id,
      state: 'own' as const,
      same_as_id: null,
      message_id: messageId,
    })),
    ...same.map(({ read, messageId, firstId }) => ({
      id: read.id,
      state: 'same' as const,
      same_as_id: firstId,
      message_id: messageId,
    })),
    ...erased.map(({ read, erasureId }) => ({
      id: read.id,
      same_as_id: null,
      message_id: null,
      state: 'erased' as const,
      erasure_id: erasureId,
    })),
    ...fresh.map(({ id, messageId }) => ({
      id,
      state: 'filed' as const,
      same_as_id: null,
      message_id: messageId,
    })),
  ]
}
