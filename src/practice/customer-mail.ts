import { randomBytes } from 'node:crypto'
import { writeMail } from '../mail/write-mail.ts'
import type { PracticePerson } from './practice-people.ts'

/** What a customer's mail answers, if anything. */
export type Answered = {
  internetMessageId: string
  references: readonly string[]
  subject: string
  introduction: string
  quote: string
}

/**
 * Writes a practice customer's mail as their own program would: own Message-ID, In-Reply-To and
 * References of the mail it answers, the answered text quoted below.
 *
 * @returns the wire bytes, as the mailbox's server receives them
 */
export async function writeCustomerMail(
  from: Pick<PracticePerson, 'name' | 'address'>,
  mail: {
    to: string
    subject: string
    text: string
    at: Date
    answers: Answered | null
    attachment?: PracticePerson['attachment']
  },
): Promise<Buffer> {
  const { answers } = mail
  const quote = answers ? `\n\n${answers.introduction}\n${answers.quote.replace(/^/gm, '> ')}\n` : ''
  return await writeMail({
    from: { name: from.name, address: from.address },
    to: [{ name: null, address: mail.to }],
    cc: [],
    replyTo: null,
    subject: mail.subject,
    text: `${mail.text}${quote}`,
    html: null,
    internetMessageId: `${randomBytes(12).toString('hex')}@customers.example`,
    inReplyTo: answers?.internetMessageId ?? null,
    references: answers ? [...answers.references, answers.internetMessageId] : [],
    date: mail.at,
    letterdeskRef: null,
    attachments: mail.attachment
      ? [
          {
            filename: mail.attachment.filename,
            contentType: mail.attachment.contentType,
            bytes: Buffer.from(mail.attachment.text),
          },
        ]
      : [],
  })
}
