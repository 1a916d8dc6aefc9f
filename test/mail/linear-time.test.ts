import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'

// Each took five seconds or more; `npm run fuzz` measures many more.
test.each([
  ['addresses and colons in From', `From: ${'a@b.test wrote:\r\n '.repeat(15_000)}\r\n\r\nx`],
  ['more unclosed styles than are cleaned', `Content-Type: text/html\r\n\r\n${'<style>'.repeat(60_000)}`],
])('%s: a quarter of a megabyte is read within a second', async (_, text) => {
  const raw = Buffer.from(text)

  const tookMs = await cpuMsOf(() => parseMail(raw))

  expect(tookMs).toBeLessThan(1_000)
})
