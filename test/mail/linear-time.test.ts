import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'

const BOTH_FORMS = 'Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n'
const MARKED_QUOTE =
  '\n--b\nContent-Type: text/html\n\n<p>x</p><div class=gmail_quote_original>what was said before all this</div>\n--b--'

// Each took two seconds or more; `npm run fuzz` measures many more.
test.each([
  ['addresses and colons in From', `From: ${'a@b.test wrote:\r\n '.repeat(15_000)}\r\n\r\nx`],
  ['quoted strings in Content-Type', `Content-Type: text/plain; a=${'"x"'.repeat(80_000)}\r\n\r\nx`],
  ['blanks in a quoted Content-Type', `Content-Type: "${' '.repeat(250_000)}x"\r\n\r\nx`],
  ['blanks that end no line', `Content-Type: text/html\r\n\r\n<pre>${' '.repeat(250_000)}x</pre>`],
  ['more unclosed styles than are cleaned', `Content-Type: text/html\r\n\r\n${'<style>'.repeat(60_000)}`],
  [
    'files in yEnc that do not end',
    `=yend \n${'=ybegin size=1 name=a\n'.repeat(1_000)}${'z=yend '.repeat(32_000)}`,
  ],
  ['angle brackets beside a quote', `${BOTH_FORMS}${`${'<'.repeat(19_000)}\n`.repeat(13)}${MARKED_QUOTE}`],
])('%s: a quarter of a megabyte is read within a second', async (_, text) => {
  const raw = Buffer.from(text)

  const tookMs = await cpuMsOf(() => parseMail(raw))

  expect(tookMs).toBeLessThan(1_000)
})

test('a thousand parts without an end of their own are not each searched for in all of a big mail', async () => {
  const parts = Array.from(
    { length: 990 },
    (_, at) => `--b\r\nContent-Type: multipart/mixed; boundary=inner${at}\r\n\r\nx\r\n`,
  )
  const below = 'what stands below the last part is read by nobody\r\n'.repeat(160_000)
  const raw = Buffer.from(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n${below}`,
  )

  const tookMs = await cpuMsOf(() => parseMail(raw))

  expect(tookMs).toBeLessThan(1_000)
})

const EIGHT_BITS = '\xcf\xf0\xe8\xe2\xe5\xf2 \xea\xae\xea '
const NAMED = Array.from({ length: 40 }, (_, at) => `; x${at}="${EIGHT_BITS}"`).join('')

test.each([
  ['parts without a charset', 'text/plain', EIGHT_BITS.repeat(80)],
  ['parameters in a thousand parts', `text/x${NAMED}`, 'x'],
  ['file names', `application/x; name="${EIGHT_BITS.repeat(80)}"`, 'x'],
  [
    'attached mails with such a subject',
    'message/rfc822',
    `Subject: ${'=?x?b?z/Do4uXy?= =?y?b?z/Do4uXy?= '.repeat(100)}`,
  ],
])('8-bit text that must be guessed, %s: read within a second and a half', async (_, type, body) => {
  const part = `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`
  const text = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(900)}--b--`
  const raw = Buffer.from(text, 'latin1')

  const tookMs = await cpuMsOf(() => parseMail(raw))

  expect(tookMs).toBeLessThan(1_500)
})

test('padding all over base64 is read in the time of its length', async () => {
  const raw = Buffer.from(`Content-Transfer-Encoding: base64\r\n\r\n${'Q=!'.repeat(1_700_000)}`)

  const tookMs = await cpuMsOf(() => parseMail(raw))

  expect(tookMs).toBeLessThan(1_000)
})
