import { placesAgentSignature, writeSignature } from '../lib/signature.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import type { AliasDetails } from '../mailboxes/alias-details.ts'

/** What decides as whom a mailbox writes. */
export type SenderBasis = {
  mailboxName: string
  mailboxAddress: string
  /** The mailbox's. */
  signature: string
  aliases: readonly AliasDetails[]
}

/** As whom a mail goes out: the From, and the unwritten signature that belongs to it. */
export type ChosenSender = { from: Address; signature: string }

/**
 * As whom a mailbox answers: the one of its addresses that the mail was written to, To before Cc; else as whom it
 * wrote last in the ticket; else as itself. Decided anew with each mail by the ticket's mailbox of that moment,
 * so that a moved ticket writes as an address its new mailbox has, and as the old one again when it is moved back.
 *
 * @param writtenTo addresses of the mail that is answered, in its order
 * @param lastFrom the From of the newest reply
 */
export function chooseSender(
  basis: SenderBasis,
  writtenTo: readonly string[],
  lastFrom: string | null,
): ChosenSender {
  const own = new Map<string, AliasDetails | null>(
    basis.aliases.map(alias => [addressKey(alias.address), alias]),
  )
  own.set(addressKey(basis.mailboxAddress), null)
  const named = [...writtenTo, ...(lastFrom === null ? [] : [lastFrom])].find(one => own.has(addressKey(one)))
  const alias = named === undefined ? null : (own.get(addressKey(named)) ?? null)
  const signature = alias?.signature.trim() ? alias.signature : basis.signature
  return {
    from: { name: alias?.name ?? basis.mailboxName, address: alias?.address ?? basis.mailboxAddress },
    signature,
  }
}

/**
 * The signature below a reply: the agent's above that of the mailbox or alias, unless that one places it itself
 * with `{{agentSignature}}`.
 */
export function signatureOf(
  { from, signature }: ChosenSender,
  agent: { name: string; signature: string },
  mailboxName: string,
): string {
  const values = { agentName: agent.name, mailboxName, mailboxAddress: from.address }
  const own = writeSignature('agent', agent.signature, values)
  const shared = writeSignature('mailbox', signature, { ...values, agentSignature: own })
  if (placesAgentSignature(signature)) return shared
  return [own, shared].filter(part => part !== '').join('\n')
}
