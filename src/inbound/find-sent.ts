import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import { isAgentMail, refOfMessageId, verifyLetterdeskRef } from '../mail/letterdesk-ref.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { type OwnMessage, selectErasedSent, selectOwnMessages } from './filing.queries.ts'

/**
 * What a genuine X-Letterdesk-Ref leads to. `message` is undefined when we no longer have it, as
 * after a restore, or for a mail to an agent, which never was one. `erasureId`: the act that erased it.
 */
export type SentMatch = { message: OwnMessage | undefined; isToAgent: boolean; erasureId: number | null }

/**
 * The sent messages that reports (bounces, complaints, receipts) return a genuine X-Letterdesk-Ref of,
 * by ledger row. This holds also where a relay replaced the Message-ID.
 */
export async function findReturned(
  tx: Tx,
  mails: readonly { id: number; mail: ParsedMail }[],
  tokenKeys: readonly RingKey[],
): Promise<Map<number, OwnMessage>> {
  const uuids = new Map<number, string>()
  for (const { id, mail } of mails) {
    const uuid = verifyLetterdeskRef(mail.returnedMail?.letterdeskRef ?? '', [...tokenKeys])
    if (uuid !== undefined) uuids.set(id, uuid)
  }
  const sent = uuids.size === 0 ? [] : await selectOwnMessages(tx, [...new Set(uuids.values())])
  const byUuid = new Map(sent.map(message => [message.uuid, message]))
  return new Map(
    [...uuids].flatMap(([id, uuid]) => {
      const message = byUuid.get(uuid)
      return message ? [[id, message] as const] : []
    }),
  )
}

/**
 * The sent messages that mails name in a genuine X-Letterdesk-Ref, by ledger row; a test mail does in its Message-ID too. A
 * mail without the field, or with a forged one, is missing. From decides nothing here: anybody can write ours.
 */
export async function findSent(
  tx: Tx,
  mails: readonly { id: number; mail: ParsedMail }[],
  tokenKeys: readonly RingKey[],
): Promise<Map<number, SentMatch>> {
  const uuids = new Map<number, string>()
  for (const { id, mail } of mails) {
    const ref = mail.letterdeskRef ?? refOfMessageId(mail.internetMessageId)
    if (ref === null) continue
    const uuid = verifyLetterdeskRef(ref, [...tokenKeys])
    if (uuid !== undefined) uuids.set(id, uuid)
  }
  const sent = uuids.size === 0 ? [] : await selectOwnMessages(tx, [...new Set(uuids.values())])
  const byUuid = new Map(sent.map(message => [message.uuid, message]))
  const lost = [...new Set(uuids.values())].filter(uuid => !byUuid.has(uuid) && !isAgentMail(uuid))
  const erased = new Map((await selectErasedSent(tx, lost)).map(row => [row.uuid, row.erasure_id]))
  return new Map(
    [...uuids].map(([id, uuid]) => {
      const message = byUuid.get(uuid)
      return [id, { message, isToAgent: isAgentMail(uuid), erasureId: erased.get(uuid) ?? null }]
    }),
  )
}
