import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { senderKey } from '../mail/scan-sender.ts'
import { LANES, type MailKind } from '../shared/vocabulary.ts'
import { selectStormTickets, upsertStormTickets } from './storms.queries.ts'

/** The ticket in which a storm is being grouped, as far as it is filled. */
export type Storm = { ticketId: number; mails: number }

/** A mail as the grouping looks at it. */
export type StormyMail = { mail: ParsedMail; kind: MailKind; lane: number }

/** A ticket of so many messages still opens on a screen; the storm goes on in another. */
export const STORM_TICKET_MAILS = 500

const PAUSE_MS = 3_600_000 // after an hour without a mail the next one is another storm

/**
 * Whose storm a mail would be grouped in, if nothing ties it to a ticket; null for mail that opens its own.
 *
 * Only mail of the lane `storm`, where fetching put what a sender sent too fast (sender-flow.ts). Alike are mails
 * of one sender whose answers would go to the same people: a forger who names another Reply-To is another
 * storm, and never shares a ticket with the person they claim to be. Bounces of mail we never sent come from a
 * thousand servers and are one storm.
 */
export function stormKeyOf({ mail, kind, lane }: StormyMail): string | null {
  if (lane !== LANES.storm || kind === 'own') return null
  if (kind === 'bounce') return senderKey(['bounces'])
  if (mail.from === null) return null
  const answersTo = mail.replyTo.map(({ address }) => addressKey(address)).sort()
  return senderKey([addressKey(mail.from.address), ...answersTo])
}

/** The storms under way that mails of the batch may join, by key. */
export async function findStorms(
  tx: Tx,
  mailboxId: number,
  mails: readonly (StormyMail & { receivedAt: Date })[],
): Promise<Map<string, Storm>> {
  const keys = [...new Set(mails.map(stormKeyOf).filter(key => key !== null))]
  if (keys.length === 0) return new Map()
  // By the times the mails came: a storm fetched late is one storm too.
  const since = new Date(Math.min(...mails.map(one => one.receivedAt.getTime())) - PAUSE_MS)
  const rows = await selectStormTickets(tx, { mailboxId, keys, since, mailLimit: STORM_TICKET_MAILS })
  return new Map(rows.map(row => [row.key, { ticketId: row.ticket_id, mails: row.mails }]))
}

/** Counts the mails that were grouped, and when the last one came. */
export async function noteStorms(
  tx: Tx,
  mailboxId: number,
  grouped: readonly { key: string; ticketId: number; receivedAt: Date }[],
): Promise<void> {
  if (grouped.length === 0) return
  const byTicket = Map.groupBy(grouped, one => one.ticketId)
  await upsertStormTickets(
    tx,
    mailboxId,
    [...byTicket].map(([ticketId, mails]) => ({
      ticket_id: ticketId,
      key: mails[0]?.key ?? '',
      mails: mails.length,
      last_at: new Date(Math.max(...mails.map(one => one.receivedAt.getTime()))),
    })),
  )
}
