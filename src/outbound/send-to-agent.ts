import { randomBytes, randomUUID } from 'node:crypto'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { domainOf, envelopeAddress } from '../mail/address.ts'
import { agentMailUuid, signLetterdeskRef } from '../mail/letterdesk-ref.ts'
import type { Address } from '../mail/mail-types.ts'
import { newMessageId } from '../mail/new-message-id.ts'
import { writeMail } from '../mail/write-mail.ts'
import type { MailAccount } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { signMail } from '../mailboxes/signing-key.ts'
import { openSmtp } from '../mailboxes/smtp-connection.ts'
import { SmtpRefused } from '../mailboxes/smtp-reply.ts'

/** A mail of the desk to one of its agents; it belongs to no ticket. */
export type AgentMail = { to: Address; subject: string; text: string; html: string; language: string }

/**
 * Sends it now, through one mailbox and with that mailbox as sender: a bounce becomes a ticket there, and
 * somebody learns of it.
 *
 * @param options.beforeFinalDot called before the server may have the mail; where it rejects nothing is sent
 * @throws RemoteFault when the server did not take it, or is not known to have
 */
export async function sendToAgent(
  context: { db: Db; keys: KeyRing; clock: Clock; trust: Trust },
  account: MailAccount,
  mail: AgentMail,
  options: { beforeFinalDot?: () => Promise<void> } = {},
): Promise<void> {
  const bytes = await write(context, account, mail)
  const { mailboxId, address: from } = account
  const signature = await signMail(context, { mailboxId, from, bytes, keyId: null })
  const connection = await openSmtp(account, context.trust)
  const wish = {
    from: envelopeAddress(account.address),
    recipients: [envelopeAddress(mail.to.address)],
    bytes,
    above: signature?.field,
  }
  const end = await connection.send(wish, options.beforeFinalDot ?? (async () => undefined))
  connection.close()
  if (end.end === 'lost') throw end.fault
  if (end.end === 'withheld') throw new RemoteFault('connection-lost', 'not sent', { retry: true })
  if (end.reply.code >= 300) throw new SmtpRefused('server-said-no', end)
}

async function write(
  { keys, clock }: { keys: KeyRing; clock: Clock },
  account: MailAccount,
  { to, language, ...words }: AgentMail,
): Promise<Buffer> {
  const domain = domainOf(account.address)
  const messageUuid = agentMailUuid(randomUUID())
  return await writeMail({
    ...words,
    from: { name: account.name, address: account.address },
    to: [to],
    cc: [],
    replyTo: null,
    internetMessageId: newMessageId({ random: randomBytes(16), token: 'agent', domain }),
    letterdeskRef: signLetterdeskRef({ messageUuid, key: keys.active('tokens') }),
    inReplyTo: null,
    references: [],
    date: clock.now(),
    headers: { autoSubmitted: 'auto-generated', language },
    attachments: [],
  })
}
