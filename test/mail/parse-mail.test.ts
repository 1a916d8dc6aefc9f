import { describe, expect, test } from 'vitest'
import type { ParsedMail } from '../../src/mail/mail-types.ts'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'
import { fixture, rawMail } from './mail.ts'

describe('headers', () => {
  test('a Cyrillic subject and sender split inside a character are read whole', async () => {
    const raw = fixture('split-encoded-words')

    const mail = await parseMail(raw)

    expect(mail.subject).toBe('Поръчка № 42 не пристигна')
    expect(mail.from).toEqual({ name: 'Мария Иванова', address: 'maria@example.org' })
    expect(mail.defects).toEqual([])
  })

  test('CR, LF, NUL and direction marks from encoded words never reach a value', async () => {
    const raw = fixture('header-injection')

    const mail = await parseMail(raw)

    const values = [
      mail.subject,
      mail.from?.name,
      mail.internetMessageId,
      mail.inReplyTo,
      mail.attachments[0]?.filename,
    ]
    expect(JSON.stringify(values)).not.toMatch(/\\r|\\n|\\u0000|\u202e/)
    expect(mail.subject).toBe('Hi Bcc: victim@example.net')
    expect(mail.attachments[0]?.filename).toBe('gpj .exe')
    expect(mail.to).toEqual([{ name: null, address: 'support@example.com' }])
  })

  test('of repeated From, Subject and Message-ID fields the first counts and the mail is marked', async () => {
    const raw = fixture('repeated-fields')

    const mail = await parseMail(raw)

    expect(mail.from?.address).toBe('first@example.org')
    expect(mail.subject).toBe('First subject')
    expect(mail.internetMessageId).toBe('first@example.org')
    expect(mail.defects).toEqual(['doubtful-sender', 'several-from', 'several-message-id', 'several-subject'])
  })

  test('an encoded word names a person and never makes an address', async () => {
    const raw = rawMail([
      'From: =?utf-8?q?boss=40example.com?= <evil@example.net>',
      'To: =?utf-8?q?a=40b.test?=',
    ])

    const mail = await parseMail(raw)

    expect(mail.from).toEqual({ name: 'boss@example.com', address: 'evil@example.net' })
    expect(mail.to).toEqual([])
  })

  test('ids keep their case, lose brackets and controls, and of 300 references the ends are kept', async () => {
    const ids = Array.from({ length: 300 }, (_, i) => `<Ref${i}@Example.org>`)
    const raw = rawMail([
      'Message-ID: <CAF+Ab@Mail.Example.ORG>',
      'In-Reply-To: Your mail <Ref299@Example.org>',
      `References: ${ids.join('\r\n ')}`,
    ])

    const mail = await parseMail(raw)

    expect(mail.internetMessageId).toBe('CAF+Ab@Mail.Example.ORG')
    expect(mail.inReplyTo).toEqual(['Ref299@Example.org'])
    expect(mail.references).toHaveLength(100)
    expect(mail.references.at(0)).toBe('Ref0@Example.org')
    expect(mail.references.at(-1)).toBe('Ref299@Example.org')
    expect(mail.defects).toContain('too-many-references')
  })

  test('the delivery trace is searched for reply addresses', async () => {
    const raw = rawMail([
      'Delivered-To: support+abc@example.com',
      'To: Someone <list@example.org>',
      'Cc: c@example.org',
    ])

    const mail = await parseMail(raw)

    expect(mail.recipientAddresses).toEqual(['support+abc@example.com', 'list@example.org', 'c@example.org'])
  })

  test('a mail without a Date or with an impossible one is kept and marked', async () => {
    const none = await parseMail(rawMail(['Subject: x']))
    const bad = await parseMail(rawMail(['Date: Fri, 99 Foo 99999 77:00:00']))
    const good = await parseMail(rawMail(['Date: Mon, 1 Jan 24 10:00 EST (late)']))

    expect([none.sentAt, bad.sentAt, good.sentAt]).toEqual([null, null, '2024-01-01T15:00:00.000Z'])
    expect(none.defects).toContain('no-date')
    expect(bad.defects).toContain('bad-date')
  })
})

test('what is cut at some length is cut between two characters', async () => {
  const raw = fixture('emoji-at-the-cut')

  const { subject, snippet, attachments } = await parseMail(raw)

  expect(subject).toBe(`a${'😀'.repeat(498)}`)
  expect(snippet).toBe(`c${'🌧'.repeat(99)}`)
  expect(attachments[0]?.filename).toBe(`b${'🌻'.repeat(97)}.pdf`)
})

describe('signs nobody sees', () => {
  test('a name or subject without a sign that is seen is none, and no such sign is in an address', async () => {
    const mail = await parseMail(fixture('unseen-signs'))

    expect([mail.from, mail.subject]).toEqual([{ name: null, address: 'ann@customer.example' }, ''])
    expect(mail.to).toEqual([{ name: 'Help', address: 'help@desk.example' }])
    expect(mail.attachments.map(one => one.filename)).toEqual(['offer.pdf .exe'])
  })
})

describe('bodies', () => {
  test('text, HTML, an inline picture and an attachment come apart', async () => {
    const raw = fixture('nested-parts')

    const mail = await parseMail(raw)

    expect(mail.text).toBe('Zażółć gęślą jaźń')
    expect(mail.html).toContain('<b>jaźń</b><img src="cid:logo@example.org" />')
    expect(mail.attachments).toEqual([
      {
        index: 0,
        filename: 'logo.png',
        contentType: 'image/png',
        sizeBytes: 8,
        contentId: 'logo@example.org',
        isInline: true,
        isMinor: true,
      },
      {
        index: 1,
        filename: 'Фактура.pdf',
        contentType: 'application/pdf',
        sizeBytes: 9,
        contentId: null,
        isInline: false,
        isMinor: false,
      },
    ])
  })

  test('an attachment is read under the number parseMail gave it', async () => {
    const raw = fixture('nested-parts')

    const found = await readAttachment(raw, 1)
    const missing = await readAttachment(raw, 2)

    expect(found?.info.filename).toBe('Фактура.pdf')
    expect(found?.bytes.toString()).toBe('%PDF-1.4\n')
    expect(missing).toBeUndefined()
  })

  test('a mail of HTML alone has readable text', async () => {
    const html =
      '<p>Hello<br>you</p><ul><li>one</li></ul><blockquote>old <b>words</b></blockquote><script>x()</script>'

    const mail = await parseMail(rawMail(['Content-Type: text/html; charset=utf-8'], html))

    expect(mail.text).toBe('Hello\nyou\n\n- one\n\n> old words')
  })

  test('HTML parts are cleaned each by itself, so none can enclose another', async () => {
    const mail = await parseMail(fixture('split-html'))

    expect(mail.html).not.toContain('src=')
    expect(mail.html).toContain('secret words')
  })

  test('HTML in UTF-7 is cleaned as what it means', async () => {
    const mail = await parseMail(
      rawMail(['Content-Type: text/html; charset=utf-7'], '+ADw-script+AD4-alert(1)+ADw-/script+AD4-hi'),
    )

    expect(mail.html).toBe('hi')
  })

  test('NUL in a body becomes a replacement character and the mail is marked', async () => {
    const mail = await parseMail(rawMail(['Subject: x'], 'a\u0000b'))

    expect(mail.text).toBe('a\ufffdb')
    expect(mail.defects).toContain('nul-removed')
  })

  test('a boundary that begins like another does not end its part', async () => {
    const mail = await parseMail(fixture('prefix-boundaries'))

    expect(mail.text).toBe('inner\n\nouter')
  })

  test('flowed text is joined and its quotes keep their depth', async () => {
    const body = 'one \ntwo\n> quoted \n> words\n-- \nAnn'
    // An answer: lines with > in a first mail are words of its writer.
    const answer = ['In-Reply-To: <a@example.org>', 'Content-Type: text/plain; format=flowed']

    const mail = await parseMail(rawMail(answer, body))

    expect(mail.text).toBe('one two\n> quoted words\n-- \nAnn')
    expect(mail.visibleText).toBe('one two')
  })
})

describe('bombs', () => {
  const nested = (levels: number): Buffer => {
    let head = 'From: a@example.org\r\n'
    for (let i = 0; i < levels; i++)
      head += `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`
    return Buffer.from(`${head}\r\ndeep`)
  }
  const many = (count: number): Buffer =>
    Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(count)}--b--`)
  const flowed = (body: string): Buffer =>
    rawMail(['Content-Type: text/plain; format=flowed; delsp=yes'], body)
  const parts = (type: string, body: string, count: number): Buffer =>
    rawMail(
      ['Content-Type: multipart/mixed; boundary=b'],
      `${`--b\nContent-Type: ${type}\n\n${body}\n`.repeat(count)}--b--`,
    )
  const bombs: [string, () => Buffer][] = [
    ['10,000 nested multiparts', () => nested(10_000)],
    ['20,000 parts', () => many(20_000)],
    ['a million header fields', () => Buffer.from(`${'A: b\r\n'.repeat(1_000_000)}\r\nx`)],
    ['a header of 20 MB', () => Buffer.from(`Subject: ${'x'.repeat(20_000_000)}\r\n\r\nx`)],
    ['200,000 encoded words', () => rawMail([`Subject: ${'=?utf-8?q?a?= '.repeat(70_000)}`])],
    [
      '100,000 continued parameters',
      () =>
        rawMail([
          `Content-Type: text/plain${Array.from({ length: 100_000 }, (_, i) => `; name*${i}=a`).join('')}`,
        ]),
    ],
    ['100,000 references', () => rawMail([`References: ${'<a@b>'.repeat(100_000)}`])],
    ['100,000 recipients', () => rawMail([`Cc: ${'a@b.test, '.repeat(100_000)}`])],
    ['an address field of opening signs', () => rawMail([`From: ${'<"('.repeat(60_000)}`])],
    [
      'a boundary of 1 MB',
      () =>
        rawMail(
          [`Content-Type: multipart/mixed; boundary=${'b'.repeat(1_000_000)}`],
          `--${'b'.repeat(1_000_000)}\nx`,
        ),
    ],
    [
      '3,000 nested blocks of HTML',
      () => rawMail(['Content-Type: text/html'], `${'<div>'.repeat(3_000)}deep`),
    ],
    ['20 MB of HTML', () => rawMail(['Content-Type: text/html'], '<p>word</p>'.repeat(1_800_000))],
    ['half-open tags', () => rawMail(['Content-Type: text/html'], '<a href="'.repeat(300_000))],
    ['half-open comments', () => rawMail(['Content-Type: text/html'], '<script><!--'.repeat(200_000))],
    ['one flowed paragraph of 300,000 lines', () => flowed('x \n'.repeat(300_000))],
    ['60 HTML parts, each within the limits', () => parts('text/html', '<p>a</p>'.repeat(15_000), 60)],
    ['60 parts of tags without text', () => parts('text/html', '<b>'.repeat(200_000), 60)],
    ['40 parts of plain text', () => parts('text/plain', 'word\n'.repeat(100_000), 40)],
  ]

  test.each(bombs)('%s: still a mail, within two seconds of CPU', async (_, build) => {
    const raw = build()
    const read: ParsedMail[] = []

    const cpuMs = await cpuMsOf(async () => read.push(await parseMail(raw)))

    expect(cpuMs).toBeLessThan(2_000)
    expect(read[0]?.mailKey).toMatch(/^[0-9a-f]{64}$/)
    expect(read[0]?.subject.length).toBeLessThanOrEqual(998)
  })
})

describe('the mail key', () => {
  const base = [
    'From: a@example.org',
    'Date: Mon, 1 Jan 2024 10:00:00 +0000',
    'Subject: Hi',
    'Message-ID: <One@example.org>',
  ]

  test('is equal for two deliveries that differ in trace fields and line ends', async () => {
    const first = await parseMail(
      rawMail(['Received: by mx1', 'Delivered-To: support@example.com', ...base], 'a\nb\n'),
    )
    const second = await parseMail(Buffer.from(`Received: by mx2\n${base.join('\n')}\nX-Spam: no\n\na\nb\n`))

    expect(second.mailKey).toBe(first.mailKey)
  })

  test('differs where the words differ under one Message-ID', async () => {
    const first = await parseMail(rawMail(base, 'one'))
    const second = await parseMail(rawMail(base, 'two'))

    expect(second.mailKey).not.toBe(first.mailKey)
  })

  test('covers every byte of a mail without Message-ID', async () => {
    const first = await parseMail(rawMail(['Received: by mx1', 'From: a@example.org']))
    const second = await parseMail(rawMail(['Received: by mx2', 'From: a@example.org']))

    expect(second.mailKey).not.toBe(first.mailKey)
  })
})

test('the HTML shows its letters in the order in which the text has them', async () => {
  const mail = await parseMail(fixture('turned-words'))

  expect(mail.html?.trim()).toBe('<p>Pay at moc.knab</p><p>and on <span>moc.pohs</span>.</p>')
  expect(mail.text).toBe('Pay at moc.knab\n\nand on moc.pohs.')
})

describe('raw 8-bit headers', () => {
  test('without any label are read as Bulgarian or Polish where they look so', async () => {
    const bulgarian = Buffer.from([0xcf, 0xee, 0xf0, 0xfa, 0xf7, 0xea, 0xe0]) // "Поръчка" in windows-1251
    const polish = Buffer.concat([
      Buffer.from('Zam'),
      Buffer.from([0xf3]),
      Buffer.from('wienie nie dosz'),
      Buffer.from([0xb3]),
      Buffer.from('o'),
    ])
    const withSubject = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from('Subject: '), bytes, Buffer.from('\r\n\r\nx')])

    const subjects = [
      (await parseMail(withSubject(bulgarian))).subject,
      (await parseMail(withSubject(polish))).subject,
    ]

    expect(subjects).toEqual(['Поръчка', 'Zamówienie nie doszło'])
  })

  test('in UTF-8 are not read in the charset of the text', async () => {
    const mail = await parseMail(fixture('raw-headers-beside-text'))

    expect([mail.from?.name, mail.subject]).toEqual([
      'Øyvind Åsen',
      'Où est ma commande ? Ça fait déjà 3 semaines',
    ])
  })
})
