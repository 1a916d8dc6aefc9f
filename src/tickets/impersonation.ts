import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import type { OneOfUs } from './participants.queries.ts'

/** Whose name a sender shows who is not behind it: one of ours, or another mail address. */
export type Impersonation = 'our-name' | 'other-address'

/** How we are called, for comparing. */
export type OwnNames = { names: ReadonlySet<string>; addresses: ReadonlySet<string> }

/** The names of agents and mailboxes, and every address behind them, as they are compared. */
export function ownNamesOf(us: readonly OneOfUs[]): OwnNames {
  const addresses = us.flatMap(one => one.addresses).map(addressKey)
  return {
    names: new Set([...us.map(one => one.name), ...addresses].map(lookOf).filter(name => name !== '')),
    addresses: new Set(addresses),
  }
}

/**
 * Whether the name a sender shows is a name of ours, or the address of somebody else. Compared by what
 * is seen: case, spaces, marks nobody sees, and the commonest letters that look like Latin ones do not count.
 */
export function findImpersonation(from: Address, own: OwnNames): Impersonation | null {
  const { name, address } = from
  if (name === null || own.addresses.has(addressKey(address))) return null
  if (own.names.has(lookOf(name))) return 'our-name'
  const shown = /[^\s<>"'()]{1,64}@[\w.-]{1,255}\.\w{2,63}/.exec(name.slice(0, 300))?.[0]
  return shown !== undefined && lookOf(shown) !== lookOf(address) ? 'other-address' : null
}

// Cyrillic and Greek letters with the shape of a Latin one, each before the one it looks like.
const SHAPES = new Map(
  'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd һh αa βb εe ιi κk νv οo ρp τt υu χx'
    .split(' ')
    .map(([other = '', latin = '']) => [other, latin] as const),
)

function lookOf(text: string): string {
  const bare = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}\s\p{P}]+/gu, '')
  return [...bare].map(letter => SHAPES.get(letter) ?? letter).join('')
}
