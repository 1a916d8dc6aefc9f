import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import { getEarlierPeople, getReplyBasis, replyDefaults, withoutOurs } from '../tickets/reply-defaults.ts'
import { visibleMailboxIds } from '../tickets/visible-mailboxes.ts'
import { type MarkedRecipients, markRecipients } from './mark-recipients.ts'
import { selectKnownAddresses } from './recipients.queries.ts'
import { type ChosenRecipients, envelopeOf, readRecipients } from './reply-recipients.ts'

/**
 * Whom a reply would go to as it stands in a composer, by the rules that send it, and what is to be known of
 * each; changes nothing. What mailboxes of others have written is not told.
 *
 * @throws NotFound as getReplyBasis; AppError `bad-address`
 */
export async function judgeRecipients(
  db: Db,
  caller: Caller,
  ticketId: number,
  chosen: ChosenRecipients & { answeredMessageId?: number | null | undefined },
): Promise<MarkedRecipients> {
  const chosenId = chosen.answeredMessageId ?? null
  const basis = await getReplyBasis(db, ticketId, chosenId)
  const defaults = replyDefaults(basis)
  const recipients = readRecipients(chosen, defaults)
  const before = await getEarlierPeople(db, ticketId, {
    chosenId,
    sideThreadId: basis.answered?.sideThreadId ?? null,
  })
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const keys = envelopeOf(recipients).map(addressKey)
  return markRecipients({
    recipients,
    before: withoutOurs(before, { ownAddresses: [...basis.ownAddresses, ...basis.agentAddresses] }),
    defaults: [...defaults.to, ...defaults.cc],
    inside: [
      ...basis.participants.filter(one => one.kind === 'customer').map(one => one.address),
      ...basis.ownAddresses,
      ...basis.agentAddresses,
    ],
    known: new Set(await selectKnownAddresses(db, { ticketId, mailboxIds }, keys)),
  })
}
