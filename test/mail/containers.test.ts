import { describe, expect, test } from 'vitest'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import { makeTnef } from '../support/tnef.ts'
import { cpuMsOf } from './cpu-time.ts'
import { fixture, rawMail } from './mail.ts'

const png = Buffer.from('89504e470d0a1a0a', 'hex')

function withWinmail(winmail: Buffer, text: string): Buffer {
  return rawMail(
    ['From: a@example.org', 'Content-Type: multipart/mixed; boundary=b'],
    `--b\nContent-Type: text/plain\n\n${text}\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n` +
      `Content-Transfer-Encoding: base64\n\n${winmail.toString('base64').replace(/(.{76})/g, '$1\n')}\n--b--`,
  )
}

describe('a winmail.dat', () => {
  const files = [
    { title: 'DOGOVO~1.TXT', longName: 'Договор № 5.txt', bytes: Buffer.from('договор') },
    { title: 'logo.png', contentId: 'logo@example.org', bytes: png },
  ]

  test('gives its files under their long names, byte for byte', async () => {
    const raw = withWinmail(makeTnef({ files }), 'see the files')

    const mail = await parseMail(raw)

    const inner = mail.attachments.filter(file => file.index > 0)
    expect(inner).toMatchObject([
      { filename: 'Договор № 5.txt', contentType: 'text/plain', isMinor: false },
      { filename: 'logo.png', contentType: 'image/png', contentId: 'logo@example.org', isMinor: true },
    ])
    const read = await Promise.all(inner.map(({ index }) => readAttachment(raw, index)))
    expect(read.map(one => one?.bytes)).toEqual(files.map(file => file.bytes))
  })

  test('stays in the list under its own number, folded', async () => {
    const raw = withWinmail(makeTnef({ files }), 'see the files')

    const mail = await parseMail(raw)

    expect(mail.attachments[0]).toMatchObject({ index: 0, filename: 'winmail.dat', isMinor: true })
  })

  test('speaks where the mail has no words, with its pictures at their place', async () => {
    const html = '<p>Здравейте <img src="cid:logo@example.org"><script>x()</script></p>'
    const raw = withWinmail(makeTnef({ files, html }), ' ')

    const mail = await parseMail(raw)

    expect(mail.text).toBe('Здравейте')
    expect(mail.html).toBe('<p>Здравейте <img src="cid:logo@example.org" /></p>')
    expect(mail.attachments.find(file => file.contentId !== null)?.isInline).toBe(true)
  })

  test('is silent where the mail has words of its own, and its body is a file', async () => {
    const raw = withWinmail(makeTnef({ html: '<p>other words</p>' }), 'own words')

    const mail = await parseMail(raw)

    expect([mail.text, mail.html]).toEqual(['own words', null])
    expect(mail.attachments.map(file => file.filename)).toEqual(['winmail.dat', 'body.html'])
  })

  test('with a body of RTF is read in its code pages, and the RTF kept', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}{\*\generator x;}\f1 \'cf\'f0\'e8\'e2\'e5\'f2\f0 , \u1084?\u1080?\u1088?!\par {\field{\*\fldinst HYPERLINK}{\fldrslt link}}}`
    const raw = withWinmail(makeTnef({ rtf }), '')

    const mail = await parseMail(raw)

    expect(mail.text).toBe('Привет, мир!\nlink')
    expect(mail.attachments.map(file => file.filename)).toContain('body.rtf')
  })

  test('with HTML inside of RTF gives the HTML', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 \'c4\'e0 {\*\htmltag84 <b>}not\htmlrtf {\b \htmlrtf0 {\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}`
    const raw = withWinmail(makeTnef({ rtf }), '')

    const mail = await parseMail(raw)

    expect(mail.html).toBe('<p>Да <b>not</b></p>')
  })

  test('cut anywhere is still a mail with what could be read', async () => {
    const whole = makeTnef({ files, html: '<p>words</p>', rtf: '{\\rtf1 words}' })

    const reads = await Promise.all(
      Array.from({ length: whole.length }, (_, end) =>
        parseMail(withWinmail(whole.subarray(0, end), 'text')),
      ),
    )

    expect(reads.every(mail => mail.text === 'text' && mail.attachments[0]?.filename === 'winmail.dat')).toBe(
      true,
    )
  })

  const zeros = Buffer.alloc(16)
  const bombs: readonly (readonly [string, () => Buffer])[] = [
    [
      'of 20,000 empty files',
      () => makeTnef({ files: Array.from({ length: 20_000 }, () => ({ title: 'a', bytes: zeros })) }),
    ],
    [
      'that claims four gigabytes of properties',
      () =>
        Buffer.concat([
          makeTnef({}).subarray(0, 6),
          Buffer.from('01039006' + '00ffffffffffffffffffff', 'hex'),
        ]),
    ],
    ['of 20 MB', () => makeTnef({ files: [{ title: 'a', bytes: Buffer.alloc(20_000_000, 65) }] })],
    ['of RTF groups 300,000 deep', () => makeTnef({ rtf: `{\\rtf1 ${'{'.repeat(300_000)}deep` })],
    ['of RTF escapes', () => makeTnef({ rtf: `{\\rtf1 ${"\\'e0\\u1080?".repeat(150_000)}` })],
  ]

  test.each(bombs)('%s costs less than two seconds', async (_, make) => {
    const raw = withWinmail(make(), '')

    const cpuMs = await cpuMsOf(() => parseMail(raw))

    expect(cpuMs).toBeLessThan(2_000)
  })
})

describe('files in plain text', () => {
  // "Cat" as the manual of uuencode has it.
  const uu = 'begin 644 cat.txt\n#0V%T\n`\nend'

  test('in uuencode become attachments and leave the text', async () => {
    const raw = rawMail(['From: a@example.org'], `before\n${uu}\nafter`)

    const mail = await parseMail(raw)

    expect(mail.text).toBe('before\nafter')
    expect(mail.attachments).toMatchObject([{ filename: 'cat.txt', sizeBytes: 3 }])
    expect((await readAttachment(raw, mail.attachments[0]?.index ?? -1))?.bytes.toString()).toBe('Cat')
  })

  test('in yEnc too', async () => {
    const encoded = Buffer.from([...Buffer.from('Cat\0')].map(byte => (byte + 42) & 0xff)).toString('latin1')
    const body = `=ybegin line=128 size=4 name=cat.bin\n${encoded}\n=yend size=4\nbye`
    const raw = Buffer.from(`From: a@example.org\n\n${body}`, 'latin1')

    const mail = await parseMail(raw)

    expect(mail.text).toBe('bye')
    expect((await readAttachment(raw, mail.attachments[0]?.index ?? -1))?.bytes.toString()).toBe('Cat\0')
  })

  test.each([
    'begin 644 of the story\nIt was a dark night\nend',
    'begin 10 steps to happiness',
    'begin 644 x\n\nend',
  ])('are not seen where people only write so: %s', async body => {
    const mail = await parseMail(rawMail(['From: a@example.org'], body))

    expect(mail.text).toBe(body)
    expect(mail.attachments).toEqual([])
  })

  test('are not made of words in capitals', async () => {
    const mail = await parseMail(fixture('shouted-words'))

    expect(mail.text).toBe('Hello\nbegin 644 NOTES\nPLEASE CANCEL\nMY ORDER 12, THANKS')
    expect(mail.attachments).toEqual([])
  })

  test('that never end cost no time', async () => {
    const raw = rawMail(['From: a@example.org'], 'begin 644 x\n#0V%T\nword\n'.repeat(100_000))

    const cpuMs = await cpuMsOf(() => parseMail(raw))

    expect(cpuMs).toBeLessThan(2_000)
  })
})

describe('an opaque S/MIME signature', () => {
  const oid = Buffer.from('06092a864886f70d010702', 'hex')
  const data = Buffer.from('06092a864886f70d010701', 'hex')
  const wrap = (tag: number, ...inner: Buffer[]): Buffer => {
    const content = Buffer.concat(inner)
    const length = Buffer.alloc(3)
    length[0] = 0x82
    length.writeUInt16BE(content.length, 1)
    return Buffer.concat([Buffer.from([tag]), length, content])
  }
  const open = (tag: number, ...inner: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...inner, Buffer.from([0, 0])])
  const signed = (entity: string, form: typeof wrap): Buffer => {
    const octets = form(
      0x24,
      wrap(0x04, Buffer.from(entity.slice(0, 40))),
      wrap(0x04, Buffer.from(entity.slice(40))),
    )
    const content = form(0x30, data, form(0xa0, octets))
    return form(0x30, oid, form(0xa0, form(0x30, Buffer.from([2, 1, 1]), wrap(0x31), content, wrap(0x31))))
  }
  const entity =
    'Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nподписано\r\n' +
    '--i\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1;2\r\n--i--'
  const mailOf = (p7m: Buffer): Buffer =>
    rawMail(
      [
        'From: a@example.org',
        'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
        'Content-Transfer-Encoding: base64',
      ],
      p7m.toString('base64'),
    )

  test.each([
    ['with lengths', wrap],
    ['with open lengths', open],
  ] as const)('%s shows what it wraps, unchecked', async (_, form) => {
    const raw = mailOf(signed(entity, form))

    const mail = await parseMail(raw)

    expect(mail.text).toBe('подписано')
    expect(mail.attachments.map(file => [file.filename, file.isMinor])).toEqual([
      ['smime.p7m', true],
      ['a.csv', false],
    ])
    expect(mail.protections).toEqual([{ kind: 'signed', format: 'smime', covers: 'all' }])
    expect((await readAttachment(raw, mail.attachments[1]?.index ?? -1))?.bytes.toString()).toBe('1;2')
  })

  test('cut anywhere is still a mail', async () => {
    const whole = signed(entity, open)

    const reads = await Promise.all(
      Array.from({ length: whole.length }, (_, end) => parseMail(mailOf(whole.subarray(0, end)))),
    )

    expect(reads.every(mail => mail.attachments[0]?.filename === 'smime.p7m')).toBe(true)
  })

  test('of nothing but open lengths costs no time', async () => {
    const raw = mailOf(Buffer.from('3080'.repeat(1_000_000), 'hex'))

    const cpuMs = await cpuMsOf(() => parseMail(raw))

    expect(cpuMs).toBeLessThan(2_000)
  })
})
