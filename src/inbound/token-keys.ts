import type { KeyRing, RingKey } from '../db/key-ring.ts'
import { keyIdOfLetterdeskRef, refOfMessageId } from '../mail/letterdesk-ref.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { keyIdOfReplyToken } from '../mail/reply-token.ts'
import { tokensOf } from './thread-view.ts'

/**
 * The keys that may verify what mails bear. Where one names a key this process does not know, the ring is read again: the
 * node that sent our mail may have had a newer one. Call it with no transaction open.
 */
export async function tokenKeysFor(
  keys: Pick<KeyRing, 'all' | 'refresh'>,
  mails: readonly { mail: ParsedMail }[],
): Promise<readonly RingKey[]> {
  const known = new Set(keys.all('tokens').map(key => key.id))
  const isUnknown = (id: number | undefined) => id !== undefined && !known.has(id)
  if (mails.some(({ mail }) => namedKeyIds(mail).some(isUnknown))) await keys.refresh()
  return keys.all('tokens')
}

function namedKeyIds(mail: ParsedMail): (number | undefined)[] {
  const refs = [
    mail.letterdeskRef ?? refOfMessageId(mail.internetMessageId),
    mail.returnedMail?.letterdeskRef ?? null,
  ]
  return [
    ...tokensOf(mail).map(keyIdOfReplyToken),
    ...refs.flatMap(ref => (ref === null ? [] : [keyIdOfLetterdeskRef(ref)])),
  ]
}
