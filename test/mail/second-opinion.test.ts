import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'
import { fixture } from './mail.ts'

function mailFrom(from: string | Buffer): Buffer {
  const bytes = Buffer.from(from).toString('latin1')
  return Buffer.from(`From: ${bytes}\r\nTo: support@desk.test\r\nSubject: hello\r\n\r\nhello\r\n`, 'latin1')
}

test('a plain sender is not doubted', async () => {
  const mail = await parseMail(mailFrom('"Ivana Petrova" <ivana@customer.test>'))

  expect(mail.from).toEqual({ name: 'Ivana Petrova', address: 'ivana@customer.test' })
  expect(mail.defects).not.toContain('doubtful-sender')
})

test('a sender that two readers read differently is marked', async () => {
  const mail = await parseMail(
    Buffer.from(
      'From: ceo@bank.test\r\nFrom: eve@evil.test\r\nTo: support@desk.test\r\nSubject: pay\r\n\r\nnow\r\n',
    ),
  )

  expect(mail.from?.address).toBe('ceo@bank.test')
  expect(mail.defects).toEqual(expect.arrayContaining(['doubtful-sender', 'several-from']))
})

test.each([
  ['names that begin and never end', '"a" <'.repeat(12_000)],
  ['line ends', `a${'\r'.repeat(60_000)}b`],
])('64 KB of hostile header cost the second reader less than half a second: %s', async (_, from) => {
  const hostile = Buffer.from(`From: ${from}\r\n\r\nhello\r\n`)

  const tookMs = await cpuMsOf(() => parseMail(hostile))

  expect(tookMs).toBeLessThan(500)
})

test.each([
  ['an address before the name', 'vera@bank.test <eve@evil.test>'],
  ['an address before a comment', 'vera@bank.test (Eve) <eve@evil.test>'],
  ['a group before the sender', 'vera@bank.test: <eve@evil.test>'],
  ['a comment that holds an address', '(<vera@bank.test>) eve@evil.test'],
  ['a local part in quotes', '"vera@bank.test> "@evil.test <eve@evil.test>'],
  ['an escape outside of quotes', '\\"vera@bank.test\\" <eve@evil.test>'],
  ['a NUL', 'Vera \u0000 <eve@evil.test>'],
  ['a dot behind the address', 'vera@bank.test .evil.test'],
  ['two quoted words', '"Vera""eve@evil.test"'],
  ['an encoded word before the address', '=?utf-7?q?vera+AEA-bank.test?=eve@evil.test'],
  ['an encoded word inside the address', '<eve=?utf-8?q?=40bank.test?=@evil.test>'],
  ['an encoded word and raw letters', '=?utf-7?q?vera+AEA-bank.test?=m\u0131llory@evil.test'],
  ['letters of no charset', Buffer.from('Eve <\xe8\xe2\xe0\xed@evil.test>', 'latin1')],
])('a sender of whom another server may read somebody else is marked: %s', async (_, from) => {
  const mail = await parseMail(mailFrom(from))

  expect(mail.defects).toContain('doubtful-sender')
})

test.each([
  ['a name in quotes with a comma', '"Petrova, Ivana" <ivana@customer.test>'],
  ['a name with a comma without quotes', 'Petrova, Ivana <ivana@customer.test>'],
  ['a name with a dot and a bracket', 'Ivana P. (Sofia) <ivana@customer.test>'],
  ['its address as its name', 'ivana@customer.test <ivana@customer.test>'],
  ['its name in a comment', 'ivana@customer.test (Ivana Petrova)'],
  ['a quoted name with an escaped sign', '"Ivana \\"Iva\\" P." <ivana@customer.test>'],
  ['raw UTF-8', 'Ивана <ivana@customer.test>'],
  ['a raw name of no charset', Buffer.from('\xc8\xe2\xe0\xed\xe0 <ivana@customer.test>', 'latin1')],
  ['an encoded name without a blank', '=?utf-8?q?Ivana?=<ivana@customer.test>'],
])('a sender as careless programs write it is not doubted: %s', async (_, from) => {
  const mail = await parseMail(mailFrom(from))

  expect(mail.from?.address).toBe('ivana@customer.test')
  expect(mail.defects).not.toContain('doubtful-sender')
})

test('an encoded word behind a broken address makes no other one', async () => {
  const mail = await parseMail(mailFrom('eve@evil.test>=?utf-8?q?=3Cvera=40bank.test=3E?='))

  expect(mail.from).toBeNull()
})

test.each([
  [
    'behind an encoded word',
    '=?utf-7?q?vera?=m\u0131llory@evil.test',
    '=?utf-7?q?vera?=m\u0131llory@evil.test',
  ],
  ['alone', 'm\u0131llory@evil.test', 'm\u0131llory@evil.test'],
])('letters of UTF-8 in an address are those letters: %s', async (_, from, address) => {
  const mail = await parseMail(mailFrom(from))

  expect(mail.from?.address).toBe(address)
})

test('an address in UTF-8 is read so in a mail that is written in another charset', async () => {
  const raw = fixture('raw-utf8-address')

  const mail = await parseMail(raw)

  expect(mail.from).toEqual({ name: 'Ivana', address: '\u0131vana@customer.test' })
  expect(mail.subject).toBe('Поръчката ми')
  expect(mail.defects).toEqual([])
})
