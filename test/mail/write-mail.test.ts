import { describe, expect, test } from 'vitest'
import type { OutgoingMail } from '../../src/mail/mail-types.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { writeMail } from '../../src/mail/write-mail.ts'

const plain: OutgoingMail = {
  from: { name: 'Поддръжка, Example', address: 'support@example.com' },
  to: [{ name: 'Zażółć "Ann" Gęś', address: 'ann@example.org' }],
  cc: [],
  replyTo: null,
  subject: 'Re: Поръчка № 42',
  text: 'Здравейте\n.\n-- \nЕкип',
  html: null,
  internetMessageId: 'abc.token@example.com',
  inReplyTo: 'Parent@Example.org',
  references: ['Root@Example.org', 'Parent@Example.org'],
  date: new Date('2026-01-02T03:04:05Z'),
  letterdeskRef: '3f2504e0-4f89-41d3-9a0c-0305e82c3301.proof',
  attachments: [],
}

/** The names of the top header fields, in their order. */
function fieldNames(bytes: Buffer): string[] {
  const head = bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  return head.split(/\r\n(?![ \t])/).map(line => line.split(':', 1)[0] ?? '')
}

describe('the bytes of a mail', () => {
  test('are read back as they were meant', async () => {
    const bytes = await writeMail({
      ...plain,
      cc: [{ name: null, address: 'bob@пример.bg' }],
      replyTo: { name: null, address: 'support+tok@example.com' },
      html: '<p>Здравейте</p>',
      attachments: [
        { filename: 'Фактура 1.pdf', contentType: 'application/pdf', bytes: Buffer.from('%PDF') },
      ],
    })

    const mail = await parseMail(bytes)

    expect(mail).toMatchObject({
      from: plain.from,
      to: plain.to,
      cc: [{ name: null, address: 'bob@xn--e1afmkfd.bg' }],
      replyTo: [{ name: null, address: 'support+tok@example.com' }],
      subject: plain.subject,
      text: plain.text,
      html: '<p>Здравейте</p>',
      internetMessageId: plain.internetMessageId,
      inReplyTo: ['Parent@Example.org'],
      references: plain.references,
      sentAt: '2026-01-02T03:04:05.000Z',
      letterdeskRef: plain.letterdeskRef,
      defects: [],
    })
    expect(mail.attachments).toMatchObject([{ filename: 'Фактура 1.pdf', sizeBytes: 4 }])
  })

  test('hold the intended header fields and no other, whatever the values are', async () => {
    const evil = 'x\r\nBcc: victim@example.net\r\n\r\nbody\u0000\u202e'

    const bytes = await writeMail({
      ...plain,
      from: { name: evil, address: 'support@example.com' },
      to: [{ name: evil, address: 'ann@example.org' }],
      subject: evil,
      text: 'a\n.\nb\r.\rc\r\n.\r\n',
      letterdeskRef: evil,
      attachments: [{ filename: evil, contentType: `text/plain\r\n${evil}`, bytes: Buffer.from('x') }],
    })

    expect(fieldNames(bytes).sort()).toEqual(
      [
        'Content-Type',
        'Date',
        'From',
        'In-Reply-To',
        'MIME-Version',
        'Message-ID',
        'References',
        'Subject',
        'To',
        'X-Letterdesk-Ref',
      ].sort(),
    )
    expect(bytes.toString('latin1')).not.toMatch(/\r(?!\n)|(?<!\r)\n|\0/)
    expect((await parseMail(bytes)).attachments).toHaveLength(1)
  })
})

describe('a mail', () => {
  test.each([
    ['a second address in an address', 'a@x.test>\r\nRCPT TO:<v@x.test'],
    ['a quoted local part', '"v@evil.test x"@good.test'],
    ['two addresses', 'a@x.test, b@x.test'],
    ['no domain', 'root'],
    ['a blank', 'a b@x.test'],
  ])('is not written for %s', async (_, address) => {
    const writing = writeMail({ ...plain, to: [{ name: null, address }] })

    await expect(writing).rejects.toMatchObject({ code: 'bad-address' })
  })

  test('needs between one and a hundred recipients', async () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ name: null, address: `a${i}@example.org` }))

    await expect(writeMail({ ...plain, to: [] })).rejects.toMatchObject({ code: 'no-recipients' })
    await expect(writeMail({ ...plain, to: many })).rejects.toMatchObject({ code: 'too-many-recipients' })
  })

  test('keeps every line within 998 octets and the ends of a long thread', async () => {
    const references = Array.from({ length: 200 }, (_, i) => `ref${i}.${'x'.repeat(60)}@example.org`)

    const bytes = await writeMail({
      ...plain,
      subject: 'ж'.repeat(900),
      text: 'слово '.repeat(5_000),
      references,
    })
    const mail = await parseMail(bytes)

    expect(
      Math.max(
        ...bytes
          .toString('latin1')
          .split('\r\n')
          .map(line => line.length),
      ),
    ).toBeLessThanOrEqual(998)
    expect(mail.references).toEqual([...references.slice(0, 10), ...references.slice(-10)])
    expect(mail.subject).toBe('ж'.repeat(900))
  })

  test('that answers by itself asks other robots for silence', async () => {
    const bytes = await writeMail({ ...plain, headers: { autoSubmitted: 'auto-replied' } })
    const mail = await parseMail(bytes)

    expect(bytes.toString()).toMatch(/^Auto-Submitted: auto-replied\r$/m)
    expect(bytes.toString()).toMatch(/^X-Auto-Response-Suppress: All\r$/m)
    expect(mail.kind).toBe('auto-reply')
  })

  test('of words alone is the same bytes each time', async () => {
    const [first, second] = [await writeMail(plain), await writeMail(plain)]

    expect(second.equals(first)).toBe(true)
  })
})
