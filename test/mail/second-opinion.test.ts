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
