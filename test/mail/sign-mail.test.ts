import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keyRecord } from '../../src/mail/dkim-record.ts'
import type { OutgoingMail } from '../../src/mail/mail-types.ts'
import { type SigningKey, signatureField } from '../../src/mail/sign-mail.ts'
import { verifySignatures } from '../../src/mail/verify-signatures.ts'
import { writeMail } from '../../src/mail/write-mail.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key: SigningKey = { domain: 'desk.test', selector: 'one', privateKey }
const record = keyRecord(publicKey.export({ type: 'spki', format: 'der' }).toString('base64'))

const reply: OutgoingMail = {
  from: { name: 'Поддръжка', address: 'support@desk.test' },
  to: [{ name: 'Zażółć "Ann" Gęś', address: 'ann@example.org' }],
  cc: [{ name: null, address: 'bob@example.org' }],
  replyTo: { name: null, address: 'support+tok@desk.test' },
  subject: 'Re: Поръчка № 42 с много дълга тема, която се пренася на повече от един ред в полето',
  text: 'Здравейте \n.\n\ttab  and spaces   \n-- \nЕкип\n\n\n',
  html: '<p>Здравейте</p>',
  internetMessageId: 'abc.token@desk.test',
  inReplyTo: 'Parent@example.org',
  references: Array.from({ length: 20 }, (_, place) => `${place}.${'x'.repeat(60)}@example.org`),
  date: new Date('2026-01-02T03:04:05Z'),
  letterdeskRef: '3f2504e0-4f89-41d3-9a0c-0305e82c3301.proof',
  attachments: [
    { filename: 'Фактура 1.pdf', contentType: 'application/pdf', bytes: Buffer.alloc(200_000, 'x') },
  ],
}

/** Who signed a mail, as the library that checks strangers' signatures reads it. */
async function signersOf(bytes: Buffer): Promise<string[]> {
  const answers = new Map([['one._domainkey.desk.test', [record]]])
  return (await verifySignatures(bytes, answers)).signedBy
}

const signed = async (bytes: Buffer) => Buffer.concat([await signatureField(bytes, key), bytes])

describe('a signature', () => {
  test('is right for a whole reply, and leaves its bytes alone', async () => {
    const bytes = await writeMail(reply)

    const mail = await signed(bytes)

    expect(await signersOf(mail)).toEqual(['desk.test'])
    expect(mail.subarray(-bytes.length).equals(bytes)).toBe(true)
  })

  test.each([
    ['no body at all', 'From: a@desk.test\r\n\r\n'],
    ['a head alone', 'From: a@desk.test\r\n'],
    ['empty lines only', 'From: a@desk.test\r\n\r\n\r\n\r\n\r\n'],
    ['no line end', 'From: a@desk.test\r\n\r\nx'],
    ['white space at line ends', 'From: a@desk.test\r\n\r\na \t \r\n\t\r\n  b\t\tc\r\n \r\n\r\n'],
    ['a folded, spaced field', 'From :  a@desk.test \r\nSubject:\ta \t b\r\n  c  \r\nTo:\r\n\r\nx\r\n'],
    ['a field twice', 'From: a@desk.test\r\nTo: one@x.test\r\nTo: two@x.test\r\n\r\nx\r\n'],
    ['bytes beyond ASCII', 'From: ж@desk.test\r\nSubject: жж\r\n\r\nжж жж\r\n'],
    ['a body of several chunks', `From: a@desk.test\r\n\r\n${'word  word\r\n'.repeat(20_000)}`],
  ])('is right for %s', async (_which, text) => {
    const mail = await signed(Buffer.from(text))

    expect(await signersOf(mail)).toEqual(['desk.test'])
  })

  test('is the same for the same bytes, whenever it is made', async () => {
    const bytes = await writeMail(reply)

    const [once, again] = [await signatureField(bytes, key), await signatureField(bytes, key)]

    expect(again.equals(once)).toBe(true)
    expect(once.toString('latin1')).not.toMatch(/[;\s][tx]=/)
  })

  test('is written in lines that no server has to break', async () => {
    const field = (await signatureField(await writeMail(reply), key)).toString('latin1')

    const lines = field.split('\r\n')
    expect(lines.pop()).toBe('')
    expect(lines.filter(line => line.length > 80)).toEqual([])
    expect(lines.slice(1).every(line => line.startsWith(' '))).toBe(true)
  })

  test.each([
    'From: boss@evil.test',
    'To: eve@evil.test',
    'Cc: eve@evil.test',
    'Reply-To: eve@evil.test',
    'Subject: Pay here',
    'Date: Fri, 01 Jan 2027 00:00:00 +0000',
    'Message-ID: <evil@evil.test>',
    'In-Reply-To: <evil@evil.test>',
    'References: <evil@evil.test>',
    'MIME-Version: 1.0',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: base64',
  ])('breaks when somebody adds %s', async line => {
    const bytes = await signed(await writeMail({ ...reply, cc: [], replyTo: null }))

    const above = await signersOf(Buffer.concat([Buffer.from(`${line}\r\n`), bytes]))
    const below = await signersOf(
      Buffer.from(bytes.toString('latin1').replace('\r\n\r\n', `\r\n${line}\r\n\r\n`), 'latin1'),
    )

    expect([above, below]).toEqual([[], []])
  })

  test('breaks when a word of the mail is changed', async () => {
    const bytes = await signed(await writeMail({ ...reply, text: 'Pay to account 1', html: null }))

    const signers = await signersOf(
      Buffer.from(bytes.toString('latin1').replace('account 1', 'account 2'), 'latin1'),
    )

    expect(signers).toEqual([])
  })
})
