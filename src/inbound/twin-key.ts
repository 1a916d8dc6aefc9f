import { createHash } from 'node:crypto'
import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'

/** A connected mailbox with its address and aliases in normal form. */
export type ConnectedMailbox = { id: number; addresses: ReadonlySet<string> }

/**
 * What may make tickets of several mailboxes twins. `key` is equal for copies of one mail only; hex.
 * `order` holds the mailboxes the mail names, the one that should lead first: it is empty where the
 * mail names none of ours, and `isNamed` is false then.
 */
export type TwinMark = { key: string; order: number[]; isNamed: boolean }

/**
 * The mark under which copies of a mail in several mailboxes find each other, or undefined where this
 * copy stands for itself.
 *
 * A mail that names several connected mailboxes in To and Cc, this one among them, has twins; so has one
 * that names none of them, as a mail to a list both are on or a blind copy to both. One that names other
 * mailboxes only reached this one by a blind copy or a redirect: somebody wants something of this mailbox
 * in particular, which must not disappear behind the other's ticket.
 *
 * The key holds whom the mail names, beside what it is: somebody who resends a mail of others to a
 * second mailbox with that one in front does not move the lead.
 *
 * @see docs/decisions/0012
 */
export function twinMark(
  mail: Pick<ParsedMail, 'copyKey' | 'kind' | 'to' | 'cc'>,
  mailboxId: number,
  connected: readonly ConnectedMailbox[],
): TwinMark | undefined {
  if (connected.length < 2 || mail.kind === 'own') return undefined
  const named = { to: mail.to.map(keyOf), cc: mail.cc.map(keyOf) }
  const order = ordered([...named.to, ...named.cc], connected)
  if (order.length > 0 && (order.length === 1 || !order.includes(mailboxId))) return undefined
  const key = createHash('sha256')
    .update(`letterdesk twin 1\0${mail.copyKey}\0${JSON.stringify(named)}`)
    .digest('hex')
  return { key, order, isNamed: order.length > 0 }
}

function ordered(addresses: readonly string[], connected: readonly ConnectedMailbox[]): number[] {
  const owner = new Map(
    connected.flatMap(({ id, addresses: own }) => [...own].map(one => [one, id] as const)),
  )
  const ids = addresses.flatMap(address => owner.get(address) ?? owner.get(withoutPlus(address)) ?? [])
  return [...new Set(ids)]
}

function keyOf({ address }: { address: string }): string {
  return addressKey(address)
}

/** Reply tokens stand in plus parts: support+token@ is support@. */
function withoutPlus(address: string): string {
  return address.replace(/\+[^@]*(?=@[^@]*$)/, '')
}
