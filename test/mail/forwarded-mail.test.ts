import { describe, expect, test } from 'vitest'
import { findForwardedText } from '../../src/mail/forwarded-mail.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'
import { FORWARDS } from './forwards.ts'
import { fixture, rawMail } from './mail.ts'

describe('a forwarded mail has the sender, the subject and the words of its own writer', () => {
  test.each(FORWARDS)('$program', ({ subject, text, from, original }) => {
    const found = findForwardedText({ subject, text })

    const bare = subject.slice(subject.indexOf(' ') + 1)
    expect(found).toEqual({ from, subject: bare, text: original })
  })

  test('without a mark in the subject, where the program says so in the text', () => {
    const marked = FORWARDS.find(one => one.program === 'Gmail, English')

    const found = findForwardedText({ subject: 'please look', text: marked?.text ?? '' })

    expect(found?.from).toEqual(marked?.from)
  })

  test('with the quote marks of Apple Mail taken off, and without our words below', () => {
    const text =
      'Begin forwarded message:\n\n> From: Ann <ann@customer.test>\n> Subject: Lamp\n> To: ada@desk.test\n> \n> It broke.\n>\n> > older words\n\nShe is angry.\n'

    const found = findForwardedText({ subject: 'Fwd: Lamp', text })

    expect(found?.text).toBe('It broke.\n\n> older words')
  })
})

describe('nobody is taken for the writer', () => {
  const block = 'From: Ann <ann@customer.test>\nSent: Monday\nTo: Ada\nSubject: Lamp\n\nwords\n'
  test.each([
    ['an answer above its history', 'Re: Lamp', `Yes.\n\n${block}`],
    ['an answer to a forwarded mail', 'Re: Lamp', `Yes.\n\n---------- Forwarded message ---------\n${block}`],
    ['a header block that nobody marked as forwarded', 'Lamp', block],
    ['a forward inside a quote', 'Lamp', `> ---------- Forwarded message ---------\n> ${block}`],
    ['a sender without an address', 'FW: Lamp', block.replace(' <ann@customer.test>', '')],
    [
      'a block of the customer below one without an address',
      'FW: Lamp',
      `${block.replace(' <ann@customer.test>', '')}\n\nFrom: Bob <bob@evil.test>\nSent: Monday\nTo: Ann\nSubject: Lamp`,
    ],
    ['an address that is none', 'FW: Lamp', block.replace('ann@customer.test', 'ann@@customer test')],
    ['words alone', 'Fwd: Lamp', 'It broke.'],
  ])('%s', (_, subject, text) => {
    expect(findForwardedText({ subject, text })).toBeNull()
  })
})

test('the first of nested forwards is what was forwarded to us', () => {
  const inner = '---------- Forwarded message ---------\nFrom: Bob <bob@far.test>\nSubject: Deep\n\ndeep'
  const text = `---------- Forwarded message ---------\nFrom: Ann <ann@customer.test>\nSubject: Fwd: Deep\n\nsee\n\n${inner}`

  const found = findForwardedText({ subject: 'Fwd: Fwd: Deep', text })

  expect(found).toMatchObject({ from: { address: 'ann@customer.test' }, subject: 'Fwd: Deep' })
})

test('a mail attached to another is forwarded, two are not', async () => {
  const [one, two] = [await parseMail(fixture('forwarded-as-file')), await parseMail(twoFiles())]

  expect(one.forwarded).toEqual({
    from: { name: 'Анна Иванова', address: 'anna@customer.test' },
    subject: 'Лампа разбита',
  })
  expect(two.forwarded).toBeNull()
})

test('a mail of HTML alone is read as its text is', async () => {
  const { forwarded } = await parseMail(fixture('forwarded-html'))

  expect(forwarded).toEqual({ from: { name: 'Ann Berg', address: 'ann@customer.test' }, subject: 'The lamp' })
})

test('only what a person sends is a forwarded mail', async () => {
  const head = ['From: a@desk.test', 'Subject: Fwd: Lamp', 'Auto-Submitted: auto-replied']
  const robot = await parseMail(rawMail(head, FORWARDS[0]?.text))

  expect(robot.forwarded).toBeNull()
})

test.each([
  ['blocks without an end', 'From: a\n'.repeat(60_000)],
  ['dividers', '---------- Forwarded message ---------\n'.repeat(15_000)],
  ['signs of addresses', `From: ${'<a@b'.repeat(100_000)}\nDate: x\nTo: y\nSubject: z`],
  ['blanks and quotes', `Begin forwarded message:\n${' > '.repeat(100_000)}`],
])('half a megabyte of %s is read within a second', async (_, text) => {
  const tookMs = await cpuMsOf(async () => findForwardedText({ subject: 'Fwd: x', text }))

  expect(tookMs).toBeLessThan(1_000)
})

function twoFiles(): Buffer {
  const file = '--b\nContent-Type: message/rfc822\n\nFrom: Ann <ann@customer.test>\nSubject: x\n\nwords\n'
  const head = [
    'From: ada@desk.test',
    'Subject: Fwd: both',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
  ]
  return rawMail(head, `${file}${file}--b--\n`)
}
