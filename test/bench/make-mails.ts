import { createCipheriv, createHash } from 'node:crypto'
import { seededRandom } from '../support/mails.ts'
import { LANGUAGE_MIX, pick, type StockLanguage, WORD_STOCK, writeText } from './word-stock.ts'

const attachmentBytes = 100 * 1024
const attachmentShare = 0.15
const answerShare = 0.33 // of a support mailbox's mail, a third continues a ticket
const textLetters = 2_600
const htmlLetters = 4_900
const customerCount = 600

/**
 * Made-up mails of a support mailbox: text and HTML in four languages (2.6 and 4.9 thousand letters on
 * average), 15 % with an attachment of 100 KB that does not shrink, one in three an answer to an
 * earlier one. The same seed gives the same bytes.
 */
export function makeMails(count: number, seed: number): Buffer[] {
  const random = seededRandom(seed)
  const ids: string[] = []
  return Array.from({ length: count }, (_, at) => {
    const id = `${createHash('sha256').update(`${seed} ${at}`).digest('hex').slice(0, 32)}@customer.test`
    const answered = ids.length > 0 && random() < answerShare ? pick(ids, random) : undefined
    ids.push(id)
    return makeMail({ at, id, answered, seed, random })
  })
}

type MailWish = { at: number; id: string; answered: string | undefined; seed: number; random: () => number }

function makeMail({ at, id, answered, seed, random }: MailWish): Buffer {
  const language = pick(LANGUAGE_MIX, random)
  const subject = pick(WORD_STOCK[language].subjects, random)
  const sender = Math.floor(random() * customerCount)
  const length = 0.4 + random() * 1.2 // around 1: short and long letters
  const text = writeText(language, textLetters * length, random)
  const html = asHtml(text, htmlLetters * length)
  const head = [
    ...traceFields(`${seed} ${at}`),
    `From: ${encodeWord(`${pick(WORD_STOCK[language].words.split(' '), random)} ${sender}`)} <customer${sender}@customer.test>`,
    'To: support@bench.test',
    `Subject: ${encodeWord(`${answered === undefined ? '' : 'Re: '}${subject} ${at}`)}`,
    `Date: ${new Date(Date.UTC(2026, 9, 1) + at * 1_000_000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    ...(answered === undefined ? [] : [`In-Reply-To: <${answered}>`, `References: <${answered}>`]),
    'MIME-Version: 1.0',
  ]
  const body = alternative(`a${at}`, language, { text, html })
  if (random() >= attachmentShare) return Buffer.from([...head, ...body, ''].join('\r\n'))
  return Buffer.from([...head, ...withAttachment(`m${at}`, body, `${seed} ${at}`), ''].join('\r\n'))
}

/** What relays and signers put on top of a mail on its way: five thousand letters nobody reads. */
function traceFields(key: string): string[] {
  const signature = (name: string): string => {
    const word = noise(`${key} ${name}`, 480).toString('base64')
    return `${name}: a=rsa-sha256; d=customer.test; s=s1; h=from:to:subject:date;\r\n b=${word.replace(/.{70}(?=.)/g, '$&\r\n ')}`
  }
  const hop = (name: string): string =>
    `Received: from ${name}.customer.test (${name}.customer.test [192.0.2.7]) by relay.customer.test\r\n with ESMTPS id ${noise(key + name, 12).toString('hex')}; Thu, 01 Oct 2026 09:00:00 +0000`
  const signers = ['DKIM-Signature', 'X-Old-Signature', 'ARC-Seal', 'ARC-Message-Signature', 'X-Gm-State']
  return [...['a', 'b', 'c', 'd'].map(hop), ...signers.map(signature)]
}

function alternative(boundary: string, language: StockLanguage, parts: { text: string; html: string }) {
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...encodedPart('text/plain', language, parts.text),
    `--${boundary}`,
    ...encodedPart('text/html', language, parts.html),
    `--${boundary}--`,
  ]
}

function withAttachment(boundary: string, body: string[], key: string): string[] {
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...body,
    `--${boundary}`,
    'Content-Type: image/jpeg; name="photo.jpg"',
    'Content-Disposition: attachment; filename="photo.jpg"',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(noise(key, attachmentBytes)),
    `--${boundary}--`,
  ]
}

/** Bulgarian and Russian as clients send them, base64; the others quoted-printable. */
function encodedPart(type: string, language: StockLanguage, text: string): string[] {
  const isCyrillic = language === 'bg' || language === 'ru'
  return [
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Transfer-Encoding: ${isCyrillic ? 'base64' : 'quoted-printable'}`,
    '',
    isCyrillic ? base64Lines(Buffer.from(text)) : quotedPrintable(text),
  ]
}

function asHtml(text: string, letters: number): string {
  const paragraphs = text.trim().split('\r\n\r\n')
  const style = 'margin:0 0 12px;font-family:Arial,sans-serif;font-size:14px;color:#222222'
  const body = paragraphs.map(line => `<p style="${style}">${line.replaceAll('\r\n', '<br>\r\n')}</p>`)
  const footer = '<table><tr><td><a href="https://customer.test/offer">customer.test</a></td></tr></table>'
  const rest = Math.max(0, letters - body.join('').length)
  return `<html><body>${body.join('\r\n')}${`${footer}\r\n`.repeat(rest / footer.length)}</body></html>`
}

function encodeWord(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
}

function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n')
}

/** RFC 2045 §6.7, in lines of at most 76. */
function quotedPrintable(text: string): string {
  return text
    .split('\r\n')
    .map(line => {
      const encoded = line.replace(/[^ -<>-~]|=/gu, letter =>
        [...Buffer.from(letter)].map(byte => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
      )
      return encoded.replace(/(?:=[0-9A-F]{2}|[^=]){72}(?=.)/g, '$&=\r\n')
    })
    .join('\r\n')
}

/** Bytes that no compressor shrinks, the same for the same key. */
function noise(key: string, sizeBytes: number): Buffer {
  const secret = createHash('sha256').update(key).digest()
  return createCipheriv('aes-128-ctr', secret.subarray(0, 16), secret.subarray(16)).update(
    Buffer.alloc(sizeBytes),
  )
}
