import type { Tx } from '../db/database.ts'
import { addressKey, withoutTag } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import type { ReadMail } from './sort-mails.ts'
import { selectRefs } from './thread-view.queries.ts'
import { ancestorsOf } from './thread-view.ts'

/**
 * Decides what mails are that we wrote and that lie in INBOX too, of which Gmail has one alone (docs/decisions/0043). What
 * answers a mail we know was sent, a copy to ourselves or not; so is what nobody of ours was written to, put into INBOX
 * with its thread. What we wrote to ourselves out of nothing came to us like any mail.
 *
 * @returns all of the batch
 */
export async function settleSelf(
  tx: Tx,
  batch: { mailboxId: number; mails: readonly ReadMail[]; ownAddresses: ReadonlySet<string> },
): Promise<ReadMail[]> {
  const { mailboxId, mails, ownAddresses } = batch
  const own = mails.filter(({ role }) => role === 'self')
  if (own.length === 0) return [...mails]
  const refs = [...new Set(own.flatMap(({ mail }) => ancestorsOf(mail)).map(threadRef))]
  const known = new Set((await selectRefs(tx, { mailboxId, refs })).map(({ ref }) => ref))
  for (const { mail, role } of mails) {
    if (role !== 'self' && mail.internetMessageId !== null) known.add(threadRef(mail.internetMessageId))
  }
  const isAnswer = (mail: ParsedMail) => ancestorsOf(mail).some(id => known.has(threadRef(id)))
  return mails.map(read => {
    if (read.role !== 'self') return read
    const hasCome = isToUs(read.mail, ownAddresses) && !isAnswer(read.mail)
    return { ...read, role: hasCome ? 'inbox' : 'sent' }
  })
}

function isToUs({ to, cc }: ParsedMail, ownAddresses: ReadonlySet<string>): boolean {
  const keys = [...to, ...cc].map(({ address }) => addressKey(address))
  return keys.some(key => ownAddresses.has(key) || ownAddresses.has(withoutTag(key)))
}
