import { addressKey, domainOf } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { isSameOrganisation } from '../mail/organisation.ts'
import type { RecipientMark } from '../shared/vocabulary.ts'
import { envelopeOf, type Recipients } from './reply-recipients.ts'

/** A recipient with what an agent should know of them. */
export type MarkedRecipient = Address & { marks: RecipientMark[] }

/** Whom a reply goes to, marked, and who was in the exchange and would get nothing. */
export type MarkedRecipients = {
  to: MarkedRecipient[]
  cc: MarkedRecipient[]
  bcc: MarkedRecipient[]
  dropped: Address[]
}

/** What marks are decided from; ours are left out of `before` and `defaults`. */
export type MarkBasis = {
  recipients: Recipients
  /** Whom the exchange went to so far; nobody where this is the first reply. */
  before: readonly Address[]
  /** Whom the reply goes to unless the agent changes it. */
  defaults: readonly Address[]
  /** Addresses of the ticket's customers and of our mailboxes and agents: their organisations are inside. */
  inside: readonly string[]
  /** Normal forms of whom the agent's mailboxes have written to, or who wrote into the ticket. */
  known: ReadonlySet<string>
}

/**
 * Marks each recipient. Added and dropped are told from the exchange so far, and of a first reply from its
 * defaults. Whom a mail or an agent left out is dropped, Bcc or not. Two people at one provider of free mail are
 * one organisation here; they still are added, and written to for the first time.
 */
export function markRecipients(basis: MarkBasis): MarkedRecipients {
  const { recipients, before, defaults } = basis
  const earlier = before.length > 0 ? before : defaults
  const had = new Set(earlier.map(one => addressKey(one.address)))
  const mark = (person: Address): MarkedRecipient => ({
    ...person,
    marks: marksOf(person.address, had, basis),
  })
  const gets = new Set(envelopeOf(recipients).map(addressKey))
  const dropped = new Map(
    [...earlier, ...defaults]
      .filter(one => !gets.has(addressKey(one.address)))
      .map(one => [addressKey(one.address), one]),
  )
  return {
    to: recipients.to.map(mark),
    cc: recipients.cc.map(mark),
    bcc: recipients.bcc.map(mark),
    dropped: [...dropped.values()],
  }
}

function marksOf(address: string, had: ReadonlySet<string>, basis: MarkBasis): RecipientMark[] {
  const key = addressKey(address)
  const isInside = basis.inside.some(one => isSameOrganisation(domainOf(one), domainOf(address)))
  return [
    ...(had.has(key) ? [] : (['added'] as const)),
    ...(isInside ? [] : (['external'] as const)),
    ...(basis.known.has(key) ? [] : (['first-time'] as const)),
  ]
}
