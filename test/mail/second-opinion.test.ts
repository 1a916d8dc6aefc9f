import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'

function mailFrom(from: string): Buffer {
  return Buffer.from(`From: ${from}\r\nTo: support@desk.test\r\nSubject: hello\r\n\r\nhello\r\n`)
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

test('64 KB of hostile header cost the second reader less than half a second', async () => {
  const hostile = Buffer.from(`From: ${'"a" <'.repeat(12_000)}\r\n\r\nhello\r\n`)
  const before = process.cpuUsage()

  await parseMail(hostile)

  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(500)
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
])('a sender as careless programs write it is not doubted: %s', async (_, from) => {
  const mail = await parseMail(mailFrom(from))

  expect(mail.from?.address).toBe('ivana@customer.test')
  expect(mail.defects).not.toContain('doubtful-sender')
})

test('an encoded word behind a broken address makes no other one', async () => {
  const mail = await parseMail(mailFrom('eve@evil.test>=?utf-8?q?=3Cvera=40bank.test=3E?='))

  expect(mail.from).toBeNull()
})
