import { rawMail } from '../support/mails.ts'
import type { Accepted } from '../support/sink-log.ts'
import { tagsIn } from './history.ts'
import type { PlannedMail } from './plan-mails.ts'

/**
 * What customers answer to mail they got: of the replies in the sink that nobody has answered yet, every third, to where it
 * came from. It belongs into the ticket of the reply.
 */
export function makeAnswers(mailboxes: readonly string[]): (accepted: readonly Accepted[]) => PlannedMail[] {
  let seen = 0
  let count = 0
  const answered = new Set<string>()
  return accepted => {
    const fresh = accepted.slice(seen)
    seen = accepted.length
    return fresh.flatMap(mail => {
      const id = mail.internetMessageId
      const [reply] = tagsIn(plainText(mail.raw), 'r')
      const [thread] = tagsIn(plainText(mail.raw), 't')
      const [customer] = mail.to
      if (id === null || reply === undefined || thread === undefined || customer === undefined) return []
      if (answered.has(id)) return []
      answered.add(id)
      count += 1
      if (count % 3 !== 0) return []
      const mailbox = mailboxes.find(address => headerOf(mail.raw, 'From').includes(address)) ?? ''
      return [answerOf({ id, thread, customer, mailbox, n: count })]
    })
  }
}

/** The text of a mail of ours, its transfer encoding undone as far as tags need it. */
export function plainText(raw: Buffer): string {
  const text = raw.toString('latin1').replaceAll('=\r\n', '')
  const encoded = /\r\nContent-Transfer-Encoding: base64\r\n[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/gi
  const decoded = [...text.matchAll(encoded)].map(match => Buffer.from(match[1] ?? '', 'base64').toString())
  return [text, ...decoded].join('\n')
}

function headerOf(raw: Buffer, name: string): string {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  return new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head.replace(/\r\n[ \t]+/g, ' '))?.[1] ?? ''
}

type Answer = { id: string; thread: string; customer: string; mailbox: string; n: number }

function answerOf({ id, thread, customer, mailbox, n }: Answer): PlannedMail {
  const tag = `[m-a${n}]`
  const raw = rawMail({
    from: customer,
    to: mailbox,
    subject: `Re: Order ${thread}`,
    messageId: `answer-${n}@customer.test`,
    inReplyTo: id,
    references: [id],
    text: `${tag} ${thread}\r\n\r\nThank you, it is here.\r\n`,
  })
  return { tag, thread, names: null, from: customer, mailboxes: [mailbox], raw, by: 'lmtp', copies: 1 }
}

/** Header fields of a mail in the sink. */
export function fieldsOf(raw: Buffer): { autoSubmitted: string; date: string; from: string } {
  return {
    autoSubmitted: headerOf(raw, 'Auto-Submitted'),
    date: headerOf(raw, 'Date'),
    from: headerOf(raw, 'From'),
  }
}
