import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listLedgerRows, listQuarantine } from '../../src/shared/mailboxes.ts'
import { type MemoryWatch, watchMemory } from '../ledger/peak-memory.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import { desk } from './the-desk.ts'

const HEAD = 'From: bomber@evil.test\r\nMIME-Version: 1.0\r\n'
const named = (name: string, fields: string, body: string): string =>
  `${HEAD}Subject: bomb ${name}\r\n${fields}\r\n${body}`
const html = (name: string, body: string): string => named(name, 'Content-Type: text/html\r\n', body)
const mixed = (name: string, body: string): string =>
  named(name, 'Content-Type: multipart/mixed; boundary=b\r\n', `${body}--b--\r\n`)
const nested = (type: (level: number) => string, levels: number): string =>
  Array.from({ length: levels }, (_, level) => type(level)).join('')

/** Mails that ask for time or memory (A67-A71), by name. */
const BOMBS: Record<string, () => string> = {
  'nested parts': () =>
    `${HEAD}Subject: bomb nested parts\r\n${nested(at => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`, 10_000)}`,
  'nested mails': () =>
    `${HEAD}Subject: bomb nested mails\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(2_000)}x`,
  'many parts': () => mixed('many parts', '--b\r\n\r\nx\r\n'.repeat(20_000)),
  'many fields': () => named('many fields', 'X-A: b\r\n'.repeat(200_000), 'x'),
  'a huge field': () => named('a huge field', `X-Big: ${'a '.repeat(2_000_000)}\r\n`, 'x'),
  folds: () => named('folds', `X-Fold: a${'\r\n b'.repeat(300_000)}\r\n`, 'x'),
  references: () => named('references', `References: ${'<a@b>\r\n '.repeat(100_000)}\r\n`, 'x'),
  'encoded words': () => named('encoded words', `Comments: ${'=?utf-8?q?a?= '.repeat(100_000)}\r\n`, 'x'),
  copies: () => named('copies', `Cc: ${'a@b.test,\r\n '.repeat(100_000)}\r\n`, 'x'),
  'flowed lines': () =>
    named('flowed lines', 'Content-Type: text/plain; format=flowed; delsp=yes\r\n', 'x \r\n'.repeat(300_000)),
  'HTML parts': () =>
    mixed('HTML parts', `--b\r\nContent-Type: text/html\r\n\r\n${'<p>a</p>'.repeat(15_000)}\r\n`.repeat(60)),
  'nested blocks': () => html('nested blocks', '<div>'.repeat(20_000)),
  'nested tables': () => html('nested tables', '<table><tr><td>'.repeat(5_000)),
  markup: () => html('markup', '<p>hello <b>x</b></p>\r\n'.repeat(400_000)),
  'a picture in the address': () =>
    html('a picture in the address', `<img src="data:image/png;base64,${'A'.repeat(10_000_000)}">`),
  'empty lines': () => named('empty lines', '', '\r\n'.repeat(500_000)),
  introductions: () => named('introductions', '', 'On Mon, 1 Jan 2026, a wrote '.repeat(40_000)),
  'a line of blanks': () => named('a line of blanks', '', `${' '.repeat(1_000_000)}x`),
  signs: () => named('signs', '', `${'>'.repeat(900)}\r\n`.repeat(1_000)),
  NUL: () => named('NUL', '', `a${'\0'.repeat(200_000)}b\xed\xa0\x80\xff`),
  'a year beyond years': () =>
    named('a year beyond years', 'Date: Mon, 01 Jan 99999 00:00:00 +9999\r\n', 'x'),
}

describe('a mail that is a bomb', () => {
  let memory: MemoryWatch
  beforeAll(() => {
    memory = watchMemory(desk().product.pid)
  })
  afterAll(() => memory?.stop())

  test('each is one ticket or one quarantine entry, and other mail does not wait for it', async () => {
    const { deliver, ticketOf, owner, support } = desk()
    const names = Object.keys(BOMBS)
    const before = await countFiled()
    for (const [at, name] of names.entries()) {
      // each from another: a storm of one sender would be one ticket
      const bomb = (BOMBS[name]?.() ?? '').replace('bomber@', `bomber${at}@`)
      await deliver(Buffer.from(bomb, 'latin1'))
    }
    await deliver(rawMail({ subject: 'good mail beside bombs' }), 'billing@desk.test')
    const startedAtMs = performance.now()

    await ticketOf('good mail beside bombs', 30_000)
    const waitedMs = performance.now() - startedAtMs
    const bombsLeft = names.length - ((await countFiled()) - before)
    await waitUntil(
      'every bomb has its place',
      async () => (await countFiled()) - before === names.length || undefined,
      { withinMs: 60_000 },
    )
    const { data: quarantined } = await owner.call(listQuarantine, { query: {} })
    const { data: waiting } = await owner.call(listLedgerRows, {
      query: { mailboxId: support.id, outcome: 'stored' },
    })

    expect(quarantined.map(row => row.reason)).toEqual([])
    expect(waiting).toEqual([])
    // In seconds, or on a slow machine before bombs that came earlier; two of them are read at a time.
    expect(bombsLeft > 2 ? 0 : waitedMs).toBeLessThan(5_000)
    for (const name of names) expect((await ticketOf(`bomb ${name}`, 0)).messages).toHaveLength(1)
  }, 120_000)

  test('no process of ours grew beyond its limit', () => {
    const peaks = memory.ours()

    for (const peak of peaks.filter(one => one.name === 'mail reader')) expect(peak.peakMb).toBeLessThan(300)
    for (const peak of peaks) expect(peak.peakMb).toBeLessThan(512)
    expect(peaks.length).toBeGreaterThan(1)
  })
})

async function countFiled(): Promise<number> {
  let filed = 0
  for (const outcome of ['filed', 'quarantined'] as const) {
    let cursor: string | undefined
    do {
      const query = { mailboxId: desk().support.id, outcome, limit: 100, ...(cursor ? { cursor } : {}) }
      const page = await desk().owner.call(listLedgerRows, { query })
      filed += page.data.length
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  return filed
}
