import { describe, expect, test } from 'vitest'
import { largestFileBytes } from '../../src/shared/encoded-size.ts'
import { contentTypeOf, rasterTypeOf } from '../../src/tickets/file-type.ts'
import { placeInlineImages } from '../../src/tickets/message-html.ts'
import { readCursor, writeCursor } from '../../src/tickets/page-cursor.ts'
import { tagName } from '../../src/tickets/tag-name.ts'

describe('a tag', () => {
  test.each([
    ['  Refund  ', 'refund'],
    ['ВАЖНО \t клиент', 'важно клиент'],
    ['vip\u202e\u200b', 'vip'],
    ['a\u0000b', 'ab'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['\u200b\ufeff ', ''],
  ])('typed as %j has the form %j', (typed, form) => {
    expect(tagName(typed)).toBe(form)
  })
})

describe('a picture', () => {
  test.each([
    ['89504e470d0a1a0a0000', 'image/png'],
    ['ffd8ffe000104a464946', 'image/jpeg'],
    ['474946383961', 'image/gif'],
    ['524946460000000057454250', 'image/webp'],
    ['524946460000000057415645', undefined],
    [Buffer.from('<svg xmlns=').toString('hex'), undefined],
    [Buffer.from('GIF8<script>').toString('hex'), undefined],
    ['', undefined],
  ])('is known by its bytes: %s is %s', (hex, type) => {
    expect(rasterTypeOf(Buffer.from(hex, 'hex'))).toBe(type)
  })

  test('a file whose ending says nothing goes out as bytes', () => {
    const types = ['Договор.PDF', 'page.html', 'noending', 'x.constructor'].map(contentTypeOf)

    expect(types).toEqual([
      'application/pdf',
      'application/octet-stream',
      'application/octet-stream',
      'application/octet-stream',
    ])
  })
})

test('the largest file allowed fits a mail as base64 in lines of 76, and 57 bytes more do not', () => {
  const encode = (sizeBytes: number) =>
    Buffer.alloc(sizeBytes)
      .toString('base64')
      .replace(/.{1,76}/g, '$&\r\n').length

  const limitBytes = largestFileBytes(100_000)

  expect(encode(limitBytes)).toBeLessThanOrEqual(100_000)
  expect(encode(limitBytes + 57)).toBeGreaterThan(100_000)
})

describe('pictures of a mail', () => {
  test('point to attachments of that mail, by any spelling of the Content-ID, and to nothing else', () => {
    const ids = new Map([
      ['logo@x', 7],
      ['a&b c@x', 8],
    ])

    const html = placeInlineImages(
      '<img src="cid:logo@x"><img alt="cid:logo@x" src="cid:a&amp;b%20c@x"><img src="cid:100%@x"> src="cid:logo@x"',
      ids,
    )

    expect(html).toBe(
      '<img src="/api/v1/attachments/7"><img alt="cid:logo@x" src="/api/v1/attachments/8"><img > src="cid:logo@x"',
    )
  })

  test('are placed in time that grows with the mail and not faster', () => {
    const placed = (copies: number) => {
      const startMs = performance.now()
      placeInlineImages('<img '.repeat(copies) + '<img alt="x" '.repeat(copies), new Map())
      return performance.now() - startMs
    }
    placed(1000)

    expect(placed(40_000)).toBeLessThan(1000)
  })
})

test('a cursor comes back as it went, and anything else is refused', () => {
  const place = { part: 1, atUs: 1_790_000_000_123_456, id: 42 }

  const back = readCursor(writeCursor(place), 2)

  expect(back).toEqual(place)
  for (const forged of [
    '',
    'x',
    writeCursor(place).slice(2),
    writeCursor({ ...place, part: 2 }),
    Buffer.from('1.2; drop table').toString('base64url'),
  ]) {
    expect(() => readCursor(forged, 2)).toThrow('not one of ours')
  }
})
