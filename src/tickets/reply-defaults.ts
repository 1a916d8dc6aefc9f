import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { type ReplyBasis, selectReplyBasis } from './reply-basis.queries.ts'

/** Whom a reply goes to unless the agent changes it, and who the customer asks to have answered instead. */
export type ReplyDefaults = { to: Address[]; cc: Address[]; replyTo: Address[] }

const MAX_ASKED = 5

/**
 * To is the sender of the mail that is answered, Cc its other recipients and whom an agent accepted; our own
 * addresses (also with a plus part) never, and nobody twice. Who is not yet a customer or copied participant
 * is left out: neither a newcomer nor a Cc that a stranger wrote into a forged mail gets the answer unless
 * the agent adds or accepts them (reliability-security.md A20, A25). A Reply-To that differs is not followed
 * but given beside, as it needs an explicit choice (A27). Without such a mail: the customers, and the copied as Cc.
 */
export function replyDefaults(basis: ReplyBasis): ReplyDefaults {
  const belongs = new Set(
    basis.participants.filter(one => one.kind !== 'newcomer').map(one => addressKey(one.address)),
  )
  const taken = new Set<string>()
  const take = (addresses: readonly Address[]) =>
    addresses.filter(({ address }) => {
      const key = addressKey(address)
      if (!belongs.has(key) || taken.has(key) || isOurs(key, basis.ownAddresses)) return false
      taken.add(key)
      return true
    })
  const { answered } = basis
  const to = take(answered?.from ? [answered.from] : [])
  if (!answered || to.length === 0) {
    return { to: take(peopleOf(basis, 'customer')), cc: take(peopleOf(basis, 'copied')), replyTo: [] }
  }
  const cc = take([...answered.to, ...answered.cc, ...peopleOf(basis, 'accepted')])
  return { to, cc, replyTo: askedFor(answered.replyTo, to, basis) }
}

function askedFor(replyTo: readonly Address[], to: readonly Address[], basis: ReplyBasis): Address[] {
  const known = new Set(to.map(one => addressKey(one.address)))
  const others = replyTo.filter(({ address }) => {
    const key = addressKey(address)
    return !known.has(key) && !isOurs(key, basis.ownAddresses)
  })
  return others.slice(0, MAX_ASKED)
}

/**
 * The default recipients of a ticket's next reply, by replyDefaults. Three statements.
 *
 * @throws NotFound
 */
export async function getReplyDefaults(db: Db, ticketId: number): Promise<ReplyDefaults> {
  const basis = await selectReplyBasis(db, ticketId)
  if (basis === undefined) throw new NotFound('ticket', { ticketId })
  return replyDefaults(basis)
}

function peopleOf(basis: ReplyBasis, who: 'customer' | 'copied' | 'accepted'): Address[] {
  return basis.participants
    .filter(one => (who === 'accepted' ? one.isAccepted : one.kind === who))
    .map(({ name, address, isAccepted }) => ({ name: isAccepted ? name : null, address }))
}

/** Reply tokens stand in plus parts: support+token@ is support@. */
function isOurs(key: string, ownAddresses: readonly string[]): boolean {
  const withoutPlus = key.replace(/\+[^@]*(?=@[^@]*$)/, '')
  return ownAddresses.some(own => {
    const ownKey = addressKey(own)
    return ownKey === key || ownKey === withoutPlus
  })
}
