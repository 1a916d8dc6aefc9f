import { beforeAll } from 'vitest'
import { getTicket, type Message, sendReply, type Ticket } from '../../src/shared/tickets.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { publishDomain, receivedLines, type SignedDomain, under } from '../support/sender-domains.ts'
import type { Accepted } from '../support/sink-log.ts'
import { waitUntil } from '../support/wait-until.ts'
import { desk } from './the-desk.ts'

export const OUR_MX = 'mx.desk.test'
/** Of a domain that asks to refuse what does not come from it. */
export const VERA = 'vera@bank.test'
/** Of a domain that says nothing, as most small ones. */
export const ANN = 'ann@small.test'
export const MALLORY = 'mallory@evil.test'

/** A ticket each of Vera and Ann, with the id of our answer to them. */
type Ground = { vera: Ticket; toVera: string; ann: Ticket; toAnn: string }

let bank: SignedDomain | undefined
let tickets: Ground | undefined

beforeAll(async () => {
  bank = publishDomain(desk().dns, 'bank.test', { policy: 'p=reject', spf: 'ip4:203.0.113.7 -all' })
  publishDomain(desk().dns, 'lax.test', { policy: 'p=none', spf: '-all' })
  await genuine({ from: `Vera <${VERA}>`, subject: 'spoofing ground', messageId: 'vera-1@bank.test' })
  await desk().deliver(rawMail({ from: ANN, subject: 'small ground', messageId: 'ann-1@small.test' }))
  const [vera, ann] = [await desk().ticketOf('spoofing ground'), await desk().ticketOf('small ground')]
  const [answer, other] = await Promise.all([reply(vera, VERA), reply(ann, ANN)])
  tickets = { vera, toVera: answer.internetMessageId ?? '', ann, toAnn: other.internetMessageId ?? '' }
}, 60_000)

/** What all spoofing cases are aimed at. */
export function ground(): Ground {
  if (!tickets) throw new Error('the ground is not laid')
  return tickets
}

/** Delivers a mail signed by bank.test. */
export async function genuine(parts: MailParts): Promise<void> {
  if (bank) await desk().deliver(await bank.sign(rawMail(parts)))
}

/** Delivers a mail by a client that no domain names. */
export async function forge(parts: MailParts): Promise<void> {
  await desk().deliver(under(receivedLines(OUR_MX, { ip: '198.51.100.9' }), rawMail(parts)))
}

/** Answers as the owner, and gives the mail as it reached `to`. */
export async function reply(
  ticket: Pick<Ticket, 'number'>,
  to: string,
  text = 'We look into it.',
): Promise<Accepted> {
  const params = { number: ticket.number }
  await desk().owner.call(sendReply, { params, body: { text, withHistory: true } })
  return await desk().sink.waitFor(mail => mail.to.includes(to) && mail.raw.includes(text), 30_000)
}

/** A ticket as it is now. */
export async function read({ number }: Pick<Ticket, 'number'>): Promise<Ticket> {
  return await desk().owner.call(getTicket, { params: { number } })
}

/** The message of that subject in a ticket, once it is there. */
export async function messageIn(ticket: Pick<Ticket, 'number'>, subject: string): Promise<Message> {
  return await waitUntil(`"${subject}" in the ticket`, async () => {
    const { messages } = await read(ticket)
    return messages.find(message => message.subject === subject)
  })
}
