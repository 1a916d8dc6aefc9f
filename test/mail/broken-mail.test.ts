import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { rawMail } from './mail.ts'

const ALTERNATIVE = 'Content-Type: multipart/alternative; boundary=b'
const PARTS = '--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: text/csv; name=a.csv\n\n1;2\n--b--'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a header that a program broke', () => {
  test('a subject and a boundary go on in lines without a blank', async () => {
    const raw = rawMail(
      ['Subject: a long subject that', 'was wrapped', 'Content-Type: multipart/mixed;', 'boundary="b"'],
      PARTS,
    )

    const mail = await parseMail(raw)

    expect([mail.subject, mail.text]).toEqual(['a long subject that was wrapped', 'Hello'])
    expect(mail.attachments).toMatchObject([{ filename: 'a.csv' }])
  })

  test('words below it without an empty line are the body, in a mail and in a part', async () => {
    const mail = rawMail(['Subject: Box', 'It never came'], 'Ann')
    const part = rawMail(['Content-Type: multipart/mixed; boundary=b'], '--b\nIt never came\n\nAnn\n--b--')
    const alone = Buffer.from('It never came\r\n\r\nAnn')

    const texts = [mail, part, alone].map(async raw => (await parseMail(raw)).text)

    expect(await Promise.all(texts)).toEqual(Array(3).fill('It never came\n\nAnn'))
  })

  test('the mail keeps the key under which it is known', async () => {
    const raw = rawMail(['Message-ID: <a@b.example>', 'Subject: a', 'b', ' c', 'It never came'], 'Ann')

    const mail = await parseMail(raw)

    expect(mail.mailKey).toBe('2612e5d14ee7b2053780e4908078045439f81f840159e0a129420b4463744786')
  })

  test.each(['text/html;;charset=utf-8;', 'TEXT/HTML', 'html'])('%s', async type => {
    const mail = await parseMail(rawMail([`Content-Type: ${type}`], '<p>Hello</p>'))

    expect([mail.text, mail.attachments]).toEqual(['Hello', []])
  })

  test.each([
    ['Вт, 17 Nov 2026 09:05:12 +0200', '2026-11-17T07:05:12.000Z'],
    ['17.11.2026 09:05:12', '2026-11-17T09:05:12.000Z'],
    ['17.11.2026, 9:05 +0100', '2026-11-17T08:05:00.000Z'],
    ['17.13.2026 09:05', null],
  ])('the date %s', async (date, instant) => {
    const mail = await parseMail(rawMail([`Date: ${date}`]))

    expect(mail.sentAt).toBe(instant)
  })
})

describe('a multipart whose boundary is wrong', () => {
  test.each([
    ['without one', 'multipart/mixed', PARTS],
    ['with one that stands nowhere', 'multipart/mixed; boundary=other', `This is MIME.\n\n${PARTS}`],
    ['that ends in blanks', 'multipart/mixed; boundary="b  "', PARTS.replaceAll(/^--b/gm, '--b  ')],
  ])('%s: its parts are found', async (_, type, body) => {
    const mail = await parseMail(rawMail([`Content-Type: ${type}`], body))

    expect(mail.text).toBe('Hello')
    expect(mail.attachments).toMatchObject([{ filename: 'a.csv', sizeBytes: 3 }])
  })

  test('one inside of another stays text, and the files behind it keep their numbers', async () => {
    const inner = `--o\nContent-Type: multipart/mixed;\nboundary=b\n\n${PARTS}\n`
    const body = `${inner}--o\nContent-Type: text/csv; name=z.csv\n\n9\n--o--`

    const mail = await parseMail(rawMail(['Content-Type: multipart/mixed; boundary=o'], body))

    expect(mail.attachments).toMatchObject([{ index: 0, filename: 'z.csv' }])
  })

  test('what somebody wrote above the first delimiter is not taken for its preamble', async () => {
    const words = 'It never came. '.repeat(30)
    const raw = rawMail(['Content-Type: multipart/mixed'], `${words}\n\n${PARTS}`)

    const mail = await parseMail(raw)

    expect(mail.text).toContain(words.trim())
  })
})

describe('text under a wrong label', () => {
  test('text that stands as it is under the label of base64', async () => {
    const raw = rawMail(['Content-Transfer-Encoding: base64'], 'Hello, it never came.\nAnn')
    const encoded = rawMail(
      ['Content-Transfer-Encoding: base64'],
      `${base64('It came.')}\n\n-- \nA list, maybe`,
    )

    const texts = [(await parseMail(raw)).text, (await parseMail(encoded)).text]

    expect(texts).toEqual(['Hello, it never came.\nAnn', 'It came.'])
  })

  test.each(['utf-16', 'unicode', 'utf-32'])('UTF-8 under %s', async label => {
    const mail = await parseMail(rawMail([`Content-Type: text/plain; charset=${label}`], 'Hello, Здравей'))

    expect(mail.text).toBe('Hello, Здравей')
  })
})

describe('plain text that stands for the HTML beside it', () => {
  const html =
    '--b\nContent-Type: text/html; charset=utf-8\n\n<p>Box 17 never came, please send another one to the address in my account.</p>\n--b--'

  test.each([
    ['nothing', '\n'],
    ['a notice', 'Your program does not show HTML.'],
    ['a notice in Bulgarian', 'Вашата поща не показва HTML.'],
  ])('%s: the words of the HTML count', async (_, text) => {
    const body = `--b\nContent-Type: text/plain; charset=utf-8\n\n${text}\n${html}`

    const mail = await parseMail(rawMail([ALTERNATIVE], body))

    expect([mail.text, mail.snippet]).toEqual(
      Array(2).fill('Box 17 never came, please send another one to the address in my account.'),
    )
  })

  test('words of a person about HTML stay', async () => {
    const text = 'The HTML form says no, and the box never came.'
    const same = html.replace('<p>', `<p>${text}</p><p>`)
    const body = `--b\nContent-Type: text/plain; charset=utf-8\n\n${text}\n${same}`

    const mail = await parseMail(rawMail([ALTERNATIVE], body))

    expect(mail.text).toBe(text)
  })
})

test('the items of a numbered list keep their numbers', async () => {
  const html = '<ol><li>yes</li><li>no<ul><li>never</li></ul></li></ol><ul><li>one</li></ul>'

  const mail = await parseMail(rawMail(['Content-Type: text/html'], html))

  expect(mail.text.split(/\n+/)).toEqual(['1. yes', '2. no', '- never', '- one'])
})

describe('words that would be a file alone', () => {
  test('those behind the picture they show are read, and the file keeps its number', async () => {
    const picture = 'Content-Type: image/png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\niVBORw0K'
    const html = 'Content-Type: text/html\n\n<p>Hello <img src="cid:i"></p>'
    const pdf = 'Content-Type: application/pdf; name=a.pdf\n\nx'
    const body = `--b\n${picture}\n--b\n${html}\n--b\n${pdf}\n--b--`

    const mail = await parseMail(rawMail(['Content-Type: multipart/related; boundary=b'], body))

    expect(mail.text).toBe('Hello')
    expect(mail.html).toContain('src="cid:i"')
    expect(mail.attachments.map(file => [file.index, file.contentType, file.isMinor])).toEqual([
      [0, 'image/png', true],
      [1, 'text/html', true],
      [2, 'application/pdf', false],
    ])
  })

  test.each([
    ['text/enriched', '<bold>Hello</bold> <<there>\nagain\n\nAnn', 'Hello <there> again\nAnn'],
    ['text/markdown', '# Hello', '# Hello'],
  ])('%s is shown', async (type, body, text) => {
    const mail = await parseMail(rawMail([`Content-Type: ${type}`], body))

    expect([mail.text, mail.attachments.length]).toEqual([text, 1])
  })
})
