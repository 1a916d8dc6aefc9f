import { AppError } from '../lib/app-error.ts'
import { addressKey, parseAddress } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import type { ReplyDefaults } from '../tickets/reply-defaults.ts'

/** Everybody one mail goes to; Bcc stands in the envelope only. No address twice. */
export type Recipients = { to: Address[]; cc: Address[]; bcc: Address[] }

/** Addresses as an agent typed them; what is left out comes from the ticket. */
export type ChosenRecipients = {
  to?: readonly string[] | undefined
  cc?: readonly string[] | undefined
  bcc?: readonly string[] | undefined
}

/** Gmail's and most servers' limit for one message. */
export const maxRecipients = 100

/**
 * Decides whom a reply goes to. Without `to` it is the ticket's defaults, Cc included; an agent who
 * chooses To has chosen Cc as well. A known address keeps the name the customer wrote it with.
 *
 * @throws AppError `bad-address` (anything but one bare address), `no-recipient`, `too-many-recipients`
 */
export function decideRecipients(chosen: ChosenRecipients, defaults: ReplyDefaults): Recipients {
  const recipients = readRecipients(chosen, defaults)
  if (recipients.to.length === 0) throw new AppError('no-recipient', 'the reply goes to nobody')
  refuseTooMany(recipients)
  return recipients
}

/** As `decideRecipients`, of a reply that is still being written: also nobody, or too many. @throws AppError `bad-address` */
export function readRecipients(chosen: ChosenRecipients, defaults: ReplyDefaults): Recipients {
  const known = new Map([...defaults.to, ...defaults.cc].map(one => [addressKey(one.address), one]))
  const read = (typed: readonly string[]) => typed.map(text => readTyped(text, known))
  const taken = new Set<string>()
  const once = (addresses: readonly Address[]) =>
    addresses.filter(({ address }) => {
      const key = addressKey(address)
      return !taken.has(key) && taken.add(key)
    })
  const to = once(chosen.to ? read(chosen.to) : defaults.to)
  const ccUnchosen = chosen.to ? [] : defaults.cc
  const cc = once(chosen.cc ? read(chosen.cc) : ccUnchosen)
  return { to, cc, bcc: once(read(chosen.bcc ?? [])) }
}

/** Refuses what goes to more addresses than one mail may. @throws AppError `too-many-recipients` with the `limit` */
export function refuseTooMany(recipients: Recipients, limit: number = maxRecipients): void {
  if (envelopeOf(recipients).length <= limit) return
  throw new AppError('too-many-recipients', `a reply may go to ${limit} addresses`, { limit })
}

/** The addresses of the envelope: one RCPT each. */
export function envelopeOf({ to, cc, bcc }: Recipients): string[] {
  return [...to, ...cc, ...bcc].map(one => one.address)
}

function readTyped(text: string, known: ReadonlyMap<string, Address>): Address {
  const address = parseAddress(text)
  // A quoted local part can hide a second address from a careless relay.
  if (address === undefined || address.address.startsWith('"') || text.includes('<')) {
    throw new AppError('bad-address', 'not an address mail can go to', { address: text.slice(0, 320) })
  }
  return known.get(addressKey(address.address)) ?? address
}
