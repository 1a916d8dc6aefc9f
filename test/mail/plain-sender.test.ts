import { expect, test } from 'vitest'
import { readPlainSender } from '../../src/mail/plain-sender.ts'

const word = (text: string, encoding = 'B'): string =>
  `=?utf-8?${encoding}?${encoding === 'B' ? Buffer.from(text).toString('base64') : text}?=`

function read(from: string): string | null {
  return readPlainSender(Buffer.from(`Received: by x\r\n from y\r\n${from}\r\nSubject: hello`, 'latin1'))
}

test.each([
  ['From: ann@customer.test', 'ann@customer.test'],
  ['From: Ann <Ann.B@Customer.test>', 'ann.b@customer.test'],
  ['from: "Petrova, Ivana" <ivana@customer.test>', 'ivana@customer.test'],
  [`From: ${word('Иван Петров')}\r\n <ivan@customer.test>`, 'ivan@customer.test'],
  [`From: ${word('Zo=C5=82a', 'Q')} <zola@customer.test>`, 'zola@customer.test'],
])('%s is plain', (from, address) => {
  expect(read(from)).toBe(address)
})

test.each([
  ['From: ceo@bank.test\r\nFrom: eve@evil.test'],
  ['From: ceo@bank.test\r\n From: eve@evil.test'],
  ['From: ceo@bank.test\rFrom: eve@evil.test'],
  ['From : eve@evil.test'],
  ['From: ceo@bank.test <eve@evil.test>'],
  ['From: "ceo@bank.test" <eve@evil.test>'],
  ['From: <ceo@bank.test>, <eve@evil.test>'],
  ['From: eve@evil.test (ceo)'],
  ['From: Ceo (<ceo@bank.test>) eve@evil.test'],
  ['From: "eve x"@evil.test'],
  ['From: <@relay.test:eve@evil.test>'],
  [`From: ${word('<ceo@bank.test>')} <eve@evil.test>`],
  [`From: ${word('ceo=40bank.test', 'Q')} <eve@evil.test>`],
  ['From: =?utf-7?Q?ceo+AEA-bank.test?= <eve@evil.test>'],
  ['From: =?utf-8?B?broken <eve@evil.test>'],
  ['From: =?utf-8*en?Q?ceo=40bank.test?= <eve@evil.test>'],
  ['From: eve\0@evil.test'],
  ['From: ceo@bank.test\r\n \r\nFrom: eve@evil.test'],
  ['To: nobody@desk.test'],
  ['From:'],
])('%j needs a real reader', from => {
  expect(read(from)).toBeNull()
})
