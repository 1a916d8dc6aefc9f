import { describe, expect, test } from 'vitest'
import { loadTemplates, templatesFolder } from '../../src/lib/templates.ts'
import { firstValue, readHeaderFields } from '../../src/mail/header-fields.ts'
import { htmlToPlainText } from '../../src/mail/html-text.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { answerThreadIndex } from '../../src/mail/thread-index.ts'
import { writeMail } from '../../src/mail/write-mail.ts'
import { replySubject } from '../../src/outbound/reply-subject.ts'
import { replyValues } from '../../src/outbound/reply-values.ts'
import { threadLinks } from '../../src/outbound/thread-headers.ts'
import { writeDefault } from '../../src/outbound/write-words.ts'
import { LANGUAGES } from '../../src/shared/vocabulary.ts'
import { rawMail } from '../support/mails.ts'
import { PROGRAMS, type Program, THREAD_RULES, type Threaded } from './client-threads.ts'

const support = { name: 'Support', address: 'support@desk.test' }
const ann = { name: 'Ann', address: 'ann@customer.test' }
const begunAt = Date.UTC(2026, 10, 25, 9)

/** What our reply to these bytes is on the wire. */
async function ourReply(raw: Buffer, round: number): Promise<Buffer> {
  const { internetMessageId, subject } = await parseMail(raw)
  const date = new Date(begunAt + round * 3_600_000)
  return await writeMail({
    ...threadLinks({ raw, internetMessageId }, date),
    from: support,
    to: [ann],
    cc: [],
    replyTo: null,
    subject: replySubject(subject),
    text: 'x',
    html: null,
    internetMessageId: `ours.${round}@desk.test`,
    date,
    letterdeskRef: null,
    attachments: [],
  })
}

async function read(raw: Buffer): Promise<Threaded> {
  const { internetMessageId, inReplyTo, references, subject } = await parseMail(raw)
  const { fields } = readHeaderFields(raw, 0, raw.length)
  const threadIndex = firstValue(fields, 'thread-index')
  const threadTopic = firstValue(fields, 'thread-topic')
  return { id: internetMessageId ?? '', inReplyTo, references, subject, threadIndex, threadTopic }
}

/** A customer's answer to our mail, as their program writes it. */
async function theirReply(raw: Buffer, program: Program, round: number): Promise<Buffer> {
  const { mark, isOutlook } = PROGRAMS[program]
  const ours = await read(raw)
  const index = isOutlook ? answerThreadIndex(ours.threadIndex) : null
  return rawMail({
    from: 'Ann <ann@customer.test>',
    subject: `${mark}${ours.subject.replace(/^Re: /, '')}`,
    messageId: `${program}.${round}@customer.test`,
    inReplyTo: ours.id,
    references: [...ours.references, ours.id],
    headers: index === null ? [] : [`Thread-Topic: ${ours.threadTopic ?? ''}`, `Thread-Index: ${index}`],
  })
}

const firstIndex = Buffer.concat([Buffer.from('01dc5e0a1b2c', 'hex'), Buffer.alloc(16, 7)]).toString('base64')

/** An exchange that the customer begins and answers with the same program. */
async function exchange(program: Program, rounds: number): Promise<Buffer[]> {
  const { isOutlook } = PROGRAMS[program]
  const mails = [
    rawMail({
      subject: 'Order 12: parcel',
      messageId: 'first@customer.test',
      headers: isOutlook ? ['Thread-Topic: Order 12: parcel', `Thread-Index: ${firstIndex}`] : [],
    }),
  ]
  for (let round = 0; round < rounds; round++) {
    mails.push(await ourReply(mails.at(-1) ?? Buffer.of(), round))
    mails.push(await theirReply(mails.at(-1) ?? Buffer.of(), program, round))
  }
  return mails
}

const programs = Object.keys(PROGRAMS) as Program[]
const rules = Object.entries(THREAD_RULES)

describe('ten rounds with one customer are one conversation', () => {
  test.each(programs)('for a customer who writes with %s, whatever program shows them', async program => {
    const mails = await Promise.all((await exchange(program, 10)).map(read))

    const fitting = rules.filter(([name]) => name !== 'outlook' || !('isOddToOutlook' in PROGRAMS[program]))
    expect(fitting.map(([name, rule]) => [name, new Set(rule(mails)).size])).toEqual(
      fitting.map(([name]) => [name, 1]),
    )
    expect(new Set(mails.filter(mail => mail.id.startsWith('ours.')).map(mail => mail.subject))).toEqual(
      new Set(['Re: Order 12: parcel']),
    )
  })

  test('with References that keep both ends of a hundred rounds, and no line over 998 octets', async () => {
    const mails = await exchange('outlook', 100)

    const last = await read(mails.at(-2) ?? Buffer.of())
    const longest = Math.max(
      ...mails.flatMap(mail =>
        mail
          .toString('latin1')
          .split('\r\n')
          .map(line => line.length),
      ),
    )
    expect(last.references).toHaveLength(20)
    expect(last.references.at(0)).toBe('first@customer.test')
    expect(last.references.at(-1)).toBe(last.inReplyTo[0])
    expect(last.threadIndex?.length).toBe(432)
    expect(longest).toBeLessThan(998)
  })

  test('but not with another mail of the same subject from another customer', async () => {
    const [first, second] = [await exchange('gmail', 2), await exchange('gmail', 2)]
    const other = second.map(raw =>
      Buffer.from(raw.toString().replaceAll('@customer.test', '@b.test').replaceAll('ours.', 'b.')),
    )

    const mails = await Promise.all([...first, ...other].map(read))

    expect(new Set(THREAD_RULES.gmail(mails)).size).toBe(2)
  })
})

test.each([
  ['nothing', undefined],
  ['a line of its own', `${firstIndex}\r\nBcc: victim@evil.test`],
  ['no base64', '=?utf-8?B?AdxeCg==?='],
  ['half of a header', 'AdxeChssBwcHBwcHBw=='],
  ['a header of another make', Buffer.alloc(22, 9).toString('base64')],
  ['megabytes', 'A'.repeat(1_000_000)],
])('a Thread-Index that is %s is not carried on', (_what, value) => {
  expect(answerThreadIndex(value, new Date(begunAt))).toBeNull()
})

test.each(LANGUAGES)(
  'the text of a reply in %s says what its HTML says, with signature and quotes',
  async language => {
    const templates = await loadTemplates(templatesFolder)
    const values = replyValues({
      ticket: { number: 7, mailboxName: 'Support' },
      from: { address: 'support@desk.test' },
      text: 'Dear Ann,\n\n  5 < 6 & "so" on\n-- no signature\nЗдравейте, zażółć\n',
      signature: 'Ada & Co\n<support>',
      history: {
        subject: 'Order',
        author: ann,
        receivedAt: new Date(begunAt),
        text: 'Where is it?\n<b>really</b>\n\n  two  blanks',
      },
      agentName: 'Ada',
      language,
      timeZone: 'Europe/Sofia',
    })

    const { text, html } = writeDefault(templates, { name: 'reply', language }, { ...values, language })

    expect(wordsOf(text.replace(/^> ?/gm, ''))).toEqual(wordsOf(htmlToPlainText(html)))
    expect(wordsOf(text).length).toBeGreaterThan(20)
  },
)

const wordsOf = (text: string) => text.split(/[\s>]+/).filter(word => word !== '')
