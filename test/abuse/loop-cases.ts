import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { rawMail } from '../support/mails.ts'
import { acknowledge } from './hostile-desk.ts'
import { desk } from './the-desk.ts'

const ROUNDS = 4

const UNANSWERED = [
  { name: 'our own address', from: 'support@desk.test', headers: [] },
  { name: 'another mailbox of ours', from: 'billing@desk.test', headers: [] },
  { name: 'a daemon', from: 'MAILER-DAEMON@x.test', headers: ['Return-Path: <>'] },
  { name: 'a list', from: 'member@list.test', headers: ['List-Id: <all.list.test>'] },
  { name: 'an absence notice', from: 'away@x.test', headers: ['Auto-Submitted: auto-replied'] },
  { name: 'a no-reply address', from: 'no-reply@x.test', headers: [] },
  { name: 'who asks for silence', from: 'quiet@x.test', headers: ['X-Auto-Response-Suppress: All'] },
  { name: 'several addresses at once', from: 'one@x.test, two@x.test', headers: [] },
]

// Whom we have no words for is written to in English.
const ACKNOWLEDGED = [
  { language: 'bg', answer: 'bg', subject: /[а-я]/, text: 'Здравейте, поръчката ми още не е пристигнала.' },
  { language: 'ru', answer: 'ru', subject: /[а-я]/, text: 'Здравствуйте, мой заказ до сих пор не пришёл.' },
  {
    language: 'pl',
    answer: 'pl',
    subject: /[a-ż]/,
    text: 'Dzień dobry, moje zamówienie jeszcze nie dotarło.',
  },
  { language: 'de', answer: 'en', subject: /[a-z]/, text: 'Meine Bestellung ist noch nicht angekommen.' },
]

/** Acknowledgements that went to an address. */
const acksTo = (address: string) => desk().sink.accepted.filter(mail => mail.to.includes(address))

describe('automatic mail', () => {
  test('answers a robot without any header once, however often and fast it answers back', async () => {
    await acknowledge(desk(), true)
    const robot = 'robot@loop.test'
    await desk().deliver(rawMail({ from: robot, subject: 'loop 0 {{number}} SPAM WORDS' }))
    const first = await desk().sink.waitFor(mail => mail.to.includes(robot))
    for (let round = 1; round <= ROUNDS; round++) {
      const threaded = round % 2 === 0 ? { inReplyTo: first.internetMessageId ?? '' } : {}
      await desk().deliver(rawMail({ ...threaded, from: robot, subject: `loop ${round}` }))
      if (round % 2 === 1) await desk().ticketOf(`loop ${round}`)
    }
    await desk().deliver(rawMail({ from: 'last@loop.test', subject: 'loop end' }))
    await desk().sink.waitFor(mail => mail.to.includes('last@loop.test'))

    expect(acksTo(robot)).toHaveLength(1)
    expect(first.from).toBe('')
    expect(first.raw.toString()).not.toMatch(/SPAM WORDS|parcel/)
  })

  test('does not answer another desk’s acknowledgement, so two desks fall silent', async () => {
    const peer = 'help@other-desk.test'
    await desk().deliver(rawMail({ from: 'starter@loop.test', subject: 'duel' }))
    const ours = await desk().sink.waitFor(mail => mail.to.includes('starter@loop.test'))
    const theirs = ours.raw
      .toString('latin1')
      .replace(/^From: .*$/im, `From: Help <${peer}>`)
      .replace(/^To: .*$/im, 'To: support@desk.test')
      .replace(/^Subject: .*$/im, 'Subject: duel of desks')
      .replace(/^(?:Message-ID|In-Reply-To|References|X-Letterdesk-Ref):.*(\r\n[ \t].*)*\r\n/gim, '')

    await desk().deliver(Buffer.from(theirs, 'latin1'))
    await desk().ticketOf('duel of desks')
    await desk().deliver(rawMail({ from: 'after@loop.test', subject: 'after the duel' }))
    await desk().sink.waitFor(mail => mail.to.includes('after@loop.test'))

    expect(acksTo(peer)).toEqual([])
  })

  test('answers no robot, list, daemon or mailbox of ours, nobody who asks for silence, and no crowd', async () => {
    for (const { name, from, headers } of UNANSWERED) {
      await desk().deliver(rawMail({ from, subject: `no answer to ${name}`, headers }))
    }
    await desk().deliver(rawMail({ from: 'behind@loop.test', subject: 'behind them' }))
    for (const { name } of UNANSWERED) await desk().ticketOf(`no answer to ${name}`)
    await desk().sink.waitFor(mail => mail.to.includes('behind@loop.test'))

    const answered = UNANSWERED.flatMap(({ from }) => from.split(', ')).flatMap(acksTo)

    expect(answered.map(mail => mail.to)).toEqual([])
  })

  test.each(ACKNOWLEDGED)('speaks $language to whom it is the last language heard', async one => {
    const from = `speaks-${one.language}@loop.test`
    await desk().deliver(rawMail({ from, subject: `in ${one.language}`, text: `${one.text}\r\n` }))

    const sent = await desk().sink.waitFor(mail => mail.to.includes(from))
    const ticket = await desk().ticketOf(`in ${one.language}`)
    const mail = await parseMail(sent.raw)

    expect(mail.subject).toMatch(one.subject)
    expect(sent.raw.toString('latin1')).toMatch(new RegExp(`^Content-Language: ${one.answer}\r$`, 'm'))
    expect(ticket.customerLanguage).toBe(one.language)
    expect(ticket.messages[0]?.language).toBe(one.language)
  })

  test('is switched off again', async () => {
    await acknowledge(desk(), false)
    await desk().deliver(rawMail({ from: 'off@loop.test', subject: 'switched off' }))

    await desk().ticketOf('switched off')

    expect(acksTo('off@loop.test')).toEqual([])
  })
})
