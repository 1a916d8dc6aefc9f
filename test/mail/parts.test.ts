import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { fixture, rawMail } from './mail.ts'

const picture = (fields: string): string =>
  `Content-Type: image/png\n${fields}Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n`
const mixed = (type: string, parts: readonly string[]): Buffer =>
  rawMail(
    [`Content-Type: multipart/${type}; boundary=b`],
    `${parts.map(part => `--b\n${part}\n`).join('')}--b--`,
  )

describe('pictures stand at their place', () => {
  test('without any Content-ID, between the texts of Apple Mail', async () => {
    const mail = await parseMail(fixture('apple-pictures'))

    expect(mail.html).toMatch(
      /^<pre[^>]*>Ето я кутията:\n*<\/pre><p><img src="cid:([^"]+)" alt="" \/><\/p><pre[^>]*>А това е бележката/,
    )
    expect(mail.attachments).toMatchObject([{ filename: 'кутия.png', isInline: true }])
    expect(mail.text).toBe('Ето я кутията:\n\nА това е бележката към нея.')
  })

  test('between two pieces of HTML, and not twice where the HTML shows them itself', async () => {
    const html = (text: string): string => `Content-Type: text/html\n\n<p>${text}</p>`
    const cited = 'Content-ID: <a@x>\nContent-Disposition: inline\n'
    const raw = mixed('mixed', [
      html('one <img src="cid:a%40x">'),
      picture(cited),
      picture('Content-Disposition: inline\n'),
      html('two'),
    ])

    const mail = await parseMail(raw)

    expect(mail.html?.match(/<img/g)).toHaveLength(2)
    expect(mail.html).toMatch(/one <img[^>]*><\/p><p><img src="cid:placed[^>]*><\/p><p>two/)
    expect(mail.attachments.map(file => file.isInline)).toEqual([true, true])
  })

  test('named by Content-Location', async () => {
    const raw = mixed('related', [
      'Content-Type: text/html\nContent-Location: http://shop.test/a/page.html\n\n<img src="../i/logo.png">',
      picture('Content-Location: http://shop.test/i/logo.png\n'),
    ])

    const mail = await parseMail(raw)

    expect(mail.html).toMatch(/^<img src="cid:located-0/)
    expect(mail.attachments[0]?.isInline).toBe(true)
  })

  test('after plain text they stay files', async () => {
    const raw = mixed('mixed', ['Content-Type: text/plain\n\nlook', picture('Content-Disposition: inline\n')])

    const mail = await parseMail(raw)

    expect(mail.html).toBeNull()
    expect(mail.attachments).toHaveLength(1)
  })
})

describe('what hardly anybody meant to send is marked', () => {
  test('logos, signatures and the second half of a Macintosh file, and nothing else', async () => {
    const raw = mixed('mixed', [
      'Content-Type: text/plain\n\nhello',
      picture('Content-ID: <image001.png@x>\nContent-Disposition: attachment; filename=image001.png\n'),
      picture('Content-Disposition: attachment; filename=photo.png\n'),
      'Content-Type: application/pgp-signature; name=signature.asc\n\nx',
      'Content-Type: multipart/appledouble; boundary=c\n\n--c\nContent-Type: application/applefile; name=a.txt\n\nx\n' +
        '--c\nContent-Type: text/plain; name=a.txt\n\ndata\n--c--',
    ])

    const mail = await parseMail(raw)

    expect(mail.attachments.map(file => [file.filename, file.isMinor])).toEqual([
      ['image001.png', true],
      ['photo.png', false],
      ['signature.asc', true],
      ['a.txt', true],
      ['a.txt', false],
    ])
  })
})

describe('signed and encrypted parts are named, with what they cover', () => {
  const signedPart = (protocol: string): string =>
    `Content-Type: multipart/signed; protocol="${protocol}"; boundary=s\n\n--s\nContent-Type: text/plain\n\nwords\n` +
    `--s\nContent-Type: ${protocol}\n\nx\n--s--`

  test('a whole mail', async () => {
    const mail = await parseMail(Buffer.from(signedPart('application/pgp-signature')))

    expect(mail.protections).toEqual([{ kind: 'signed', format: 'pgp', covers: 'all' }])
  })

  test('one part among others', async () => {
    const mail = await parseMail(
      mixed('mixed', ['Content-Type: text/plain\n\nfooter', signedPart('application/pkcs7-signature')]),
    )

    expect(mail.protections).toEqual([{ kind: 'signed', format: 'smime', covers: 'part' }])
  })

  test('an encrypted mail, which stays a file', async () => {
    const mail = await parseMail(
      rawMail(
        ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e'],
        '--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--e--',
      ),
    )

    expect(mail.protections).toEqual([{ kind: 'encrypted', format: 'pgp', covers: 'all' }])
    expect(mail.attachments.map(file => file.filename)).toContain('encrypted.asc')
  })

  test('PGP written into the text', async () => {
    const mail = await parseMail(
      rawMail(['From: a@example.org'], 'hi\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nwords'),
    )

    expect(mail.protections).toEqual([{ kind: 'signed', format: 'pgp', covers: 'part' }])
  })
})

describe('malformed parts', () => {
  test('an inner boundary that looks like the end of the outer one keeps its text', async () => {
    const raw = rawMail(
      ['Content-Type: multipart/mixed; boundary="a"'],
      '--a\nContent-Type: multipart/mixed; boundary="a--"\n\n--a--\nContent-Type: text/plain\n\ninside\n--a----\n--a--',
    )

    const mail = await parseMail(raw)

    expect(mail.text).toContain('inside')
  })

  test('a disposition that is no word leaves the text a text', async () => {
    const mail = await parseMail(rawMail(['Content-Disposition: =?utf-8?q?x?='], 'words'))

    expect(mail.text).toBe('words')
  })

  test('a footer behind base64 does not garble it', async () => {
    const body = `${Buffer.from('Здравейте!').toString('base64')}==\n________\nlist footer`.replace(
      '====',
      '==',
    )

    const mail = await parseMail(
      rawMail(['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'], body),
    )

    expect(mail.text).toBe('Здравейте!')
  })

  test('an unescaped sign in quoted-printable is no NUL, and padding at the end is nothing', async () => {
    const mail = await parseMail(
      rawMail(['Content-Transfer-Encoding: quoted-printable'], 'https://shop.test/?id=00123\0\0\n'),
    )

    expect(mail.text).toBe('https://shop.test/?id=00123')
  })

  test('the first Date that is one counts', async () => {
    const mail = await parseMail(
      rawMail(['Date: Tue, 7 Apr 2026 10:00:t <a@b>, Subject', 'Date: Tue, 7 Apr 2026 10:00:01 +0000']),
    )

    expect(mail.sentAt).toBe('2026-04-07T10:00:01.000Z')
    expect(mail.defects).toContain('bad-date')
  })
})
