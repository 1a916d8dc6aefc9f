import { beforeAll, describe, expect, test } from 'vitest'
import { inviteAgent } from '../../src/shared/agents.ts'
import { listLedgerRows, updateMailbox } from '../../src/shared/mailboxes.ts'
import {
  getMessageRaw,
  getTicket,
  listTickets,
  sendReply,
  type Ticket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { rawMail } from '../support/mails.ts'
import type { Accepted } from '../support/sink-log.ts'
import { waitUntil } from '../support/wait-until.ts'
import { desk } from './the-desk.ts'

const VICTIM = 'victim@customer.test'
const EVIL = 'mallory@evil.test'
const NOTE = 'canary of a note nobody outside may read'

const SIGNATURE = 'Поддержка\nhttps://desk.test'
const INJECTED = 'Hi\r\nBcc: spy@evil.test\r\n\r\nbody\u0000'

let victim: Ticket
let answer: Accepted
let answerToInjection: Accepted

beforeAll(async () => {
  const { deliver, owner, sink, support } = desk()
  await owner.call(updateMailbox, { params: { id: support.id }, body: { signature: SIGNATURE } })
  const first = { subject: 'private matter', messageId: 'first@customer.test' }
  await deliver(rawMail({ ...first, from: `Vera <${VICTIM}>`, text: 'Где мой заказ?\r\n\r\n> old\r\n' }))
  await deliver(injection())
  const number = await reply('private matter', 'Посмотрите https://desk.test/a?b=1&c=2 <tag>\n\n  indented')
  await reply(
    'inject Hi',
    'a\n.\nb\r.\rc\r\n.\r\n{{signature}} {{{text}}} {{constructor.constructor}}\u0000\n.',
  )
  await owner.call(writeNote, { params: { number }, body: { text: NOTE } })
  answer = await sink.waitFor(mail => mail.to.includes(VICTIM), 30_000)
  answerToInjection = await sink.waitFor(mail => mail.to.includes('eve@customer.test'), 30_000)
  victim = await owner.call(getTicket, { params: { number } })
}, 60_000)

async function reply(subject: string, text: string): Promise<number> {
  const { number } = await desk().ticketOf(subject)
  await desk().owner.call(sendReply, { params: { number }, body: { text, withHistory: true } })
  return number
}

const again = async () => await desk().owner.call(getTicket, { params: { number: victim.number } })

describe('a stranger', () => {
  test.each([
    ['the number in the subject', { subject: () => `Re: [#${victim.number}] private matter` }],
    ['the number and the subject', { subject: () => `Re: private matter #${victim.number}` }],
    ['a token that is forged', { to: () => `support+${'a'.repeat(55)}@desk.test` }],
    ['a token with its last letters changed', { inReplyTo: () => forge(answer) }],
  ])('does not get into the ticket by %s', async (name, how) => {
    const subject = 'subject' in how ? how.subject() : `stranger by ${name}`
    await desk().deliver(
      rawMail({
        from: EVIL,
        subject,
        ...('to' in how ? { to: how.to() } : {}),
        ...('inReplyTo' in how ? { inReplyTo: how.inReplyTo() } : {}),
      }),
    )

    const opened = await desk().ticketOf(subject)

    expect(opened.number).not.toBe(victim.number)
    expect(opened.messages).toHaveLength(1)
  })

  test('does not get into the ticket through another mailbox, though the token is genuine', async () => {
    await desk().deliver(
      rawMail({ from: EVIL, subject: 'other mailbox', inReplyTo: answer.internetMessageId ?? '' }),
      'billing@desk.test',
    )

    const opened = await desk().ticketOf('other mailbox')

    expect(opened.mailboxId).toBe(desk().billing.id)
    expect(opened.number).not.toBe(victim.number)
  })

  test('who holds a genuine id comes in as a newcomer: no reply, copy or history goes to them', async () => {
    await desk().deliver(
      rawMail({
        from: `"Vera" <${EVIL}>`,
        cc: 'accomplice@evil.test',
        subject: 'Re: private matter',
        inReplyTo: answer.internetMessageId ?? '',
        headers: [`Reply-To: ${EVIL}`, `Sender: ${VICTIM}`],
      }),
    )
    const joined = await waitUntil('the newcomer is in', async () => {
      const ticket = await again()
      return ticket.messages.find(message => message.from?.address === EVIL) && ticket
    })

    const newcomer = joined.messages.find(message => message.from?.address === EVIL)

    expect(newcomer?.isNewcomer).toBe(true)
    expect(joined.customer?.address).toBe(VICTIM)
    expect(JSON.stringify(joined.replyDefaults)).not.toContain('evil.test')
  })

  test('who pretends to be the victim brings nobody into the exchange, and Reply-To turns no answer', async () => {
    await desk().deliver(
      rawMail({
        from: VICTIM,
        cc: EVIL,
        subject: 'Re: private matter forged',
        inReplyTo: answer.internetMessageId ?? '',
        headers: [`Reply-To: ${EVIL}`],
      }),
    )
    const ticket = await waitUntil('the forged mail is in', async () => {
      const found = await again()
      return found.messages.some(message => message.subject.endsWith('forged')) ? found : undefined
    })

    expect(ticket.replyDefaults).toMatchObject({ to: [{ address: VICTIM }], cc: [] })
  })
})

describe('a forged sender', () => {
  test.each([
    ['two From fields', [`From: ${VICTIM}`, `From: ${EVIL}`]],
    ['two people in From', [`From: ${VICTIM}, ${EVIL}`]],
    ['an address inside the name', [`From: "${VICTIM}" <${EVIL}>`]],
    ['an address in an encoded word', [`From: =?utf-8?q?${VICTIM.replace('@', '=40')}?= <${EVIL}>`]],
    ['a group', [`From: ${VICTIM}: ${EVIL};`]],
    ['a comment', [`From: ${EVIL} (<${VICTIM}>)`]],
    ['a quoted local part', [`From: "${VICTIM}> "@evil.test`]],
    ['a look-alike', ['From: v\u0131ctim@customer.test']],
    ['a zero width letter', ['From: vic\u200btim@customer.test']],
  ])('is not taken for the victim by %s', async (name, from) => {
    const subject = `Re: taken ${name}`
    const mail = rawMail({ from: null, subject, headers: from, inReplyTo: answer.internetMessageId ?? '' })
    await desk().deliver(mail)

    const message = await waitUntil('it is filed', async () => {
      return (await again()).messages.find(one => one.subject === subject)
    })

    expect(message.isNewcomer || message.isUnverified).toBe(true)
  })
})

describe('a control header', () => {
  test('decides no owner, state or verdict, and asks for no receipt', async () => {
    await desk().deliver(
      rawMail({
        from: EVIL,
        subject: 'header orders',
        headers: [
          'X-Letterdesk-Ticket-Id: 1',
          'X-Letterdesk-Ignore: true',
          `X-Letterdesk-Ref: ${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.${'a'.repeat(28)}`,
          'X-Letterdesk-State: closed',
          'X-Zammad-Ignore: true',
          'X-Priority: 1',
          'Authentication-Results: mx.desk.test; dmarc=pass; dkim=pass; spf=pass',
          'ARC-Authentication-Results: i=1; mx.desk.test; dmarc=pass',
          'Disposition-Notification-To: spy@evil.test',
          'Return-Receipt-To: spy@evil.test',
        ],
      }),
    )

    const opened = await desk().ticketOf('header orders')

    expect(opened).toMatchObject({ state: 'open', assigneeId: null, customer: { address: EVIL } })
    expect(desk().sink.accepted.flatMap(mail => mail.to)).not.toContain('spy@evil.test')
  })

  test.each([
    [
      'the signed reference of our answer',
      (ours: string) => [`X-Letterdesk-Ref: ${fieldOf(ours, 'X-Letterdesk-Ref')}`],
    ],
    ['the Message-ID of our answer', (ours: string) => [`Message-ID: ${fieldOf(ours, 'Message-ID')}`]],
  ])('who received %s cannot make other words vanish with it', async (name, headers) => {
    const subject = `words that must be seen ${name.length}`
    const text = 'Nobody may overlook this.\r\n'
    const fields = headers(answer.raw.toString('latin1'))
    await desk().deliver(rawMail({ from: VICTIM, subject, text, messageId: null, headers: fields }))

    const seen = await waitUntil('the mail is on the screen', async () => {
      const inTicket = (await again()).messages.find(message => message.subject === subject)
      return inTicket ?? (await desk().ticketOf(subject, 0)).messages[0]
    })

    expect(seen.text).toContain('Nobody may overlook this.')
  })
})

describe('an answer to a hostile mail', () => {
  test('has exactly the intended fields, lines and recipients', () => {
    const raw = answerToInjection.raw.toString('latin1')
    const [head = '', ...rest] = raw.split('\r\n\r\n')
    const fields = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
    const names = fields.map(line => line.split(':')[0]?.toLowerCase())

    expect(answerToInjection.to).toEqual(['eve@customer.test'])
    expect(names.toSorted()).toEqual(
      'content-type date from in-reply-to message-id mime-version references subject to x-letterdesk-ref'.split(
        ' ',
      ),
    )
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/)
    expect(rest.join('\r\n\r\n')).toContain('{{constructor.constructor}}')
  })

  test('that comes back as it was sent, also under another id, is ours and opens nothing', async () => {
    const renamed = answer.raw
      .toString('latin1')
      .replace(/^Message-ID: .*(\r\n[ \t].*)*/im, 'Message-ID: <new@relay.test>')
    const before = await again()

    await desk().deliver(Buffer.from(renamed, 'latin1'))
    await desk().deliver(answer.raw)
    await waitUntil('both copies are in the ledger', async () => {
      const { data } = await desk().owner.call(listLedgerRows, {
        query: { mailboxId: desk().support.id, outcome: 'own' },
      })
      return data.length === 2 || undefined
    })

    expect((await again()).messages).toHaveLength(before.messages.length)
  })

  test('no note ever left the house', () => {
    for (const mail of desk().sink.accepted) expect(mail.raw.toString()).not.toContain(NOTE)
  })
})

test('a link to sign in with, mailed to an agent whose address is a mailbox, opens no ticket', async () => {
  const email = 'support@desk.test'
  const { owner, sink, deliver } = desk()
  await owner.call(inviteAgent, {
    body: { email, name: 'Shared', role: 'admin', language: 'en', mailboxIds: [], sendMail: true },
  })
  const invitation = await sink.waitFor(mail => mail.to.includes(email), 20_000)

  await deliver(invitation.raw)
  await deliver(rawMail({ subject: 'a mail behind the link' }))
  await desk().ticketOf('a mail behind the link')
  const { data } = await owner.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })

  expect(invitation.raw.toString()).toContain('/link/')
  expect(data.map(ticket => ticket.subject)).not.toContainEqual(expect.stringMatching(/invite|invitation/i))
  expect(JSON.stringify(data)).not.toContain('/link/')
})

test('the raw mail an agent downloads is the mail that came', async () => {
  const ticket = await again()
  const raw = await desk().owner.fetch(getMessageRaw, { params: { id: ticket.messages[0]?.id ?? 0 } })

  expect(raw.headers.get('content-disposition')).toMatch(/^attachment/)
  expect(await raw.text()).toContain('Message-ID: <first@customer.test>')
})

/** Line ends, NUL and a second field in every encoded word, and dots that could end the mail. */
function injection(): string {
  const word = (text: string) =>
    `=?utf-8?q?${[...Buffer.from(text)].map(byte => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')}?=`
  return [
    `From: ${word(`Eve${INJECTED}`)} <eve@customer.test>`,
    'To: support@desk.test',
    `Subject: ${word(`inject ${INJECTED}`)}`,
    `Message-ID: <a${'\u0001'}b@x>\t<c@y>`,
    `References: <${word(INJECTED)}@x> <d@z>`,
    '',
    'one\r\n..\r\n.x\r\nFrom here',
  ].join('\r\n')
}

/** The id of our answer with the end of its longest word, the token, changed. */
function forge(answer: Accepted): string {
  const id = answer.internetMessageId ?? ''
  const token = id.split(/[^a-z2-7]+/).toSorted((a, b) => b.length - a.length)[0] ?? ''
  return id.replace(token, `${token.slice(0, -6)}${token.endsWith('a') ? 'bbbbbb' : 'aaaaaa'}`)
}

function fieldOf(raw: string, name: string): string {
  return (
    new RegExp(`^${name}: ?(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\r\n[ \t]+/g, ' ') ?? ''
  )
}
