import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { findOwnAddresses } from '../tickets/own-addresses.ts'
import { findCustomersInSight } from '../tickets/suggest-customers.ts'
import { visibleMailboxIds } from '../tickets/visible-mailboxes.ts'
import { type MarkedRecipient, markRecipients } from './mark-recipients.ts'
import { type ChosenMailbox, getNewMailSender } from './new-mail-sender.ts'
import { type OfferedReply, offerReplies } from './offer-saved-replies.ts'
import { getSender } from './outgoing.queries.ts'
import { selectKnownAddresses } from './recipients.queries.ts'
import { type ChosenRecipients, envelopeOf, readRecipients } from './reply-recipients.ts'
import { chooseSender, signatureOf } from './sender-of.ts'

/** A new mail as it would go out: as whom, what stands below it, and to whom; `own` it may not go to. */
export type NewMailPreview = {
  from: Address
  signature: string
  to: MarkedRecipient[]
  cc: MarkedRecipient[]
  bcc: MarkedRecipient[]
  own: string[]
}

/**
 * What is to be known of a mail that would begin a ticket, by the rules that send it; changes nothing.
 *
 * @throws NotFound for a mailbox the caller may not use; AppError `unknown-sender`, `bad-address`
 */
export async function previewNewMail(
  db: Db,
  caller: Caller,
  chosen: ChosenMailbox & ChosenRecipients,
): Promise<NewMailPreview> {
  const mailbox = await getNewMailSender(db, caller, chosen)
  const sender = chooseSender(mailbox, [], mailbox.lastFrom)
  const agent = await getSender(db, caller.agentId)
  const recipients = readRecipients(chosen, { to: [], cc: [], replyTo: [] })
  const everybody = [...recipients.to, ...recipients.cc, ...recipients.bcc]
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const keys = envelopeOf(recipients).map(addressKey)
  const [first] = recipients.to
  const marked = markRecipients({
    recipients,
    before: [],
    defaults: everybody,
    // Of another organisation than whom it is written to, and than ours.
    inside: [mailbox.mailboxAddress, ...(first === undefined ? [] : [first.address])],
    known: new Set(await selectKnownAddresses(db, { ticketId: 0, mailboxIds }, keys)),
  })
  const known = await findCustomersInSight(db, caller, envelopeOf(recipients))
  const named = (one: MarkedRecipient) => ({ ...one, name: known.get(addressKey(one.address))?.name ?? null })
  return {
    from: sender.from,
    signature: signatureOf(sender, agent, mailbox.mailboxName),
    to: marked.to.map(named),
    cc: marked.cc.map(named),
    bcc: marked.bcc.map(named),
    own: (await findOwnAddresses(db, everybody)).map(one => one.address),
  }
}

/**
 * The saved replies for a mail that would begin a ticket. It has no number yet: where one is wanted a gap stays.
 *
 * @throws NotFound, AppError as previewNewMail
 */
export async function offerForNewMail(
  db: Db,
  caller: Caller,
  chosen: ChosenMailbox & { to?: string | undefined; subject?: string | undefined },
): Promise<OfferedReply[]> {
  const mailbox = await getNewMailSender(db, caller, chosen)
  const to = chosen.to === undefined ? [] : [chosen.to]
  const customer = [...(await findCustomersInSight(db, caller, to)).values()][0]
  return await offerReplies(db, caller, {
    mailboxId: mailbox.mailboxId,
    mailboxName: mailbox.mailboxName,
    mailboxAddress: chooseSender(mailbox, [], mailbox.lastFrom).from.address,
    customerName: customer?.name ?? null,
    customerLanguage: customer?.language ?? null,
    number: '',
    subject: chosen.subject ?? '',
  })
}
