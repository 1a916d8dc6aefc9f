import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { type OneOfUs, selectUs } from './participants.queries.ts'
import {
  type AnsweredEnvelope,
  type ReplyBasis,
  selectEarlierPeople,
  selectReplyBasis,
} from './reply-basis.queries.ts'

/** Whom a reply goes to unless the agent changes it, and who the customer asks to have answered instead. */
export type ReplyDefaults = { to: Address[]; cc: Address[]; replyTo: Address[] }

const MAX_ASKED = 5

/**
 * To is the sender of the mail that is answered, Cc its other recipients and whom an agent accepted; our own addresses
 * (also with a plus part) never, and nobody twice. An agent is never copied by default: they read the ticket; where
 * they wrote the mail they are answered. Who is not yet a customer or copied participant is left out: neither a
 * newcomer nor a Cc that a stranger wrote into a forged mail gets the answer unless the agent adds or accepts them. A
 * Reply-To that differs is not followed but given beside, as it needs an explicit choice: the sender of a mail chooses
 * it freely. Where nobody has written yet: whom our newest mail went to, and never who was a blind copy of it. Without
 * any mail: the customers, and the copied as Cc.
 *
 * A mail that an agent chose to answer: of somebody who does not belong, it goes to them alone, since
 * their words are quoted in it; of ours, to whom that one went.
 */
export function replyDefaults(basis: ReplyBasis): ReplyDefaults {
  const { answered } = basis
  const agents = new Set(basis.agentAddresses.map(addressKey))
  const accepted = new Set(basis.participants.filter(one => one.isAccepted).map(one => one.address))
  const take = taker(basis)
  const takeCopied = (addresses: readonly Address[]) =>
    take(addresses.filter(({ address }) => !agents.has(addressKey(address)) || accepted.has(address)))
  if (answered?.direction === 'outbound') {
    return ourFollowUp(answered, { takeCopied, customers: () => take(peopleOf(basis, 'customer')) })
  }
  const to = take(answered?.from ? [answered.from] : [])
  if (!answered || to.length === 0) {
    const alone = answered?.isChosen && answered.from ? withoutOurs([answered.from], basis) : []
    if (answered && alone.length > 0) {
      return { to: alone, cc: [], replyTo: askedFor(answered.replyTo, alone, basis) }
    }
    return { to: take(peopleOf(basis, 'customer')), cc: takeCopied(peopleOf(basis, 'copied')), replyTo: [] }
  }
  const cc = takeCopied([...answered.to, ...answered.cc, ...peopleOf(basis, 'accepted')])
  return { to, cc, replyTo: askedFor(answered.replyTo, to, basis) }
}

/** To whom our own mail went; of the newest, where those are all left out by now, the customers. */
function ourFollowUp(
  { isChosen, to, cc }: AnsweredEnvelope,
  take: { takeCopied: (addresses: readonly Address[]) => Address[]; customers: () => Address[] },
): ReplyDefaults {
  const again = take.takeCopied(to)
  const people = again.length === 0 && !isChosen ? take.customers() : again
  return { to: people, cc: take.takeCopied(cc), replyTo: [] }
}

/** Lets through who belongs to the ticket and is not ours, each once over all calls. */
function taker(basis: ReplyBasis): (addresses: readonly Address[]) => Address[] {
  const belongs = new Set(
    basis.participants.filter(one => one.kind !== 'newcomer').map(one => addressKey(one.address)),
  )
  const taken = new Set<string>()
  return addresses =>
    withoutOurs(addresses, basis).filter(({ address }) => {
      const key = addressKey(address)
      return belongs.has(key) && !taken.has(key) && taken.add(key)
    })
}

function askedFor(replyTo: readonly Address[], to: readonly Address[], basis: ReplyBasis): Address[] {
  const known = new Set(to.map(one => addressKey(one.address)))
  return withoutOurs(replyTo, basis)
    .filter(({ address }) => !known.has(addressKey(address)))
    .slice(0, MAX_ASKED)
}

/**
 * The default recipients of a reply, by replyDefaults: to the ticket's newest mail, or to the one an agent chose.
 * Three statements; two where the caller has asked already who we are.
 *
 * @throws NotFound where the chosen message is none of the ticket's that can be answered
 */
export async function getReplyDefaults(
  db: Db,
  ticketId: number,
  answeredMessageId: number | null = null,
  us?: OneOfUs[],
): Promise<ReplyDefaults> {
  return replyDefaults(await getReplyBasis(db, ticketId, answeredMessageId, us))
}

/** What the recipients of a reply are decided from. @throws NotFound as `getReplyDefaults` */
export async function getReplyBasis(
  db: Db,
  ticketId: number,
  answeredMessageId: number | null,
  us?: OneOfUs[],
): Promise<ReplyBasis> {
  const basis = await selectReplyBasis(db, ticketId, answeredMessageId, us ?? (await selectUs(db)))
  if (answeredMessageId !== null && basis.answered === null) throw new NotFound('message')
  return basis
}

function peopleOf(basis: ReplyBasis, who: 'customer' | 'copied' | 'accepted'): Address[] {
  return basis.participants
    .filter(one => (who === 'accepted' ? one.isAccepted : one.kind === who))
    .map(({ name, address, isAccepted }) => ({ name: isAccepted ? name : null, address }))
}

/** The addresses of somebody else: neither an address nor an alias of a mailbox of ours. */
export function withoutOurs(
  addresses: readonly Address[],
  { ownAddresses }: Pick<ReplyBasis, 'ownAddresses'>,
): Address[] {
  const ours = new Set(ownAddresses.map(addressKey))
  return addresses.filter(({ address }) => {
    const key = addressKey(address)
    // Reply tokens stand in plus parts: support+token@ is support@.
    return !ours.has(key) && !ours.has(key.replace(/\+[^@]*(?=@[^@]*$)/, ''))
  })
}

/** Whom the exchange went to before the mail that is answered, ours among them; nobody before the first reply. */
export async function getEarlierPeople(
  db: Db,
  ticketId: number,
  answered: { chosenId: number | null; sideThreadId: number | null },
): Promise<Address[]> {
  return await selectEarlierPeople(db, ticketId, answered)
}
