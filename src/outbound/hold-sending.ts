import type { Db } from '../db/database.ts'
import { domainOf } from '../mail/address.ts'
import type { SendingLimits } from '../mailboxes/mail-providers.ts'
import {
  countSent,
  type LimitReached,
  type SentOfLate,
  selectLimitReached,
  updateHold,
} from './hold-sending.queries.ts'
import type { ProviderLimit } from './retry-rule.ts'

/** A mailbox whose mail has just been accepted. */
type SendingMailbox = { mailboxId: number; mailboxAddress: string }

/** Holds a mailbox's sending, as its server said that it takes no more for now. */
export async function holdSending(
  db: Db,
  mailboxId: number,
  hold: { limit: ProviderLimit; forMs: number },
): Promise<void> {
  await updateHold(db, mailboxId, { code: hold.limit, until: { inMs: hold.forMs } })
}

/**
 * Holds a mailbox's sending when it has reached one of its provider's limits, until as much of what it sent is
 * old enough. Called after each accepted mail; it costs nothing where no limit is known.
 *
 * @returns whether it is held
 */
export async function holdAtLimits(
  db: Db,
  mailbox: SendingMailbox,
  limits: SendingLimits | undefined,
): Promise<boolean> {
  if (limits === undefined) return false
  const { mailboxId, mailboxAddress } = mailbox
  const ownDomain = domainOf(mailboxAddress)
  const untils: Date[] = []
  const sent = await countSent(db, mailboxId, ownDomain)
  for (const wish of wishesOf(limits).filter(one => one.atMost <= countedOf(sent, one))) {
    const until = await selectLimitReached(db, { ...wish, mailboxId, ownDomain })
    if (until !== null) untils.push(until)
  }
  if (untils.length === 0) return false
  const at = new Date(Math.max(...untils.map(until => until.getTime())))
  await updateHold(db, mailboxId, { code: 'limit', until: { at } })
  return true
}

const minuteS = 60
const dayS = 24 * 60 * minuteS

/** Only where a limit is reached is it worth to look from when on it is not. */
function countedOf(
  sent: SentOfLate,
  { counted, withinS }: Pick<LimitReached, 'counted' | 'withinS'>,
): number {
  return withinS === minuteS ? sent.inMinute : sent[counted]
}

function wishesOf(limits: SendingLimits): Pick<LimitReached, 'counted' | 'atMost' | 'withinS'>[] {
  const wishes = [
    { counted: 'messages', atMost: limits.messagesPerMinute, withinS: minuteS },
    { counted: 'messages', atMost: limits.messagesPerDay, withinS: dayS },
    { counted: 'recipients', atMost: limits.recipientsPerDay, withinS: dayS },
    { counted: 'outsiders', atMost: limits.outsidersPerDay, withinS: dayS },
  ] as const
  return wishes.flatMap(({ atMost, ...wish }) => (atMost === undefined ? [] : [{ ...wish, atMost }]))
}
