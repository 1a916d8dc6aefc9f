import { describe, expect, test } from 'vitest'
import { decodeText, previewKindOf } from '../../src/web/ticket/preview-kind.ts'

const file = (filename: string, contentType: string, sizeBytes = 100) => ({
  filename,
  contentType,
  sizeBytes,
})

describe('a file', () => {
  test.each([
    [file('a.PNG', 'application/octet-stream'), 'picture'],
    [file('photo', 'image/jpeg'), 'picture'],
    [file('drawing.svg', 'image/svg+xml'), null],
    [file('log.txt', 'application/octet-stream'), 'text'],
    [file('noname', 'text/csv'), 'text'],
    [file('page.html', 'text/html'), null],
    [file('huge.log', 'text/plain', 1_000_001), null],
    [file('invoice.PDF', 'application/octet-stream'), 'pdf'],
    [file('scan', 'application/pdf', 30_000_000), 'pdf'],
    [file('offer.docx', 'application/msword'), null],
  ])('%o is looked at as %s', (given, kind) => {
    expect(previewKindOf(given)).toBe(kind)
  })
})

describe('the words of a text file are read', () => {
  test.each([
    ['UTF-8', Buffer.from('Поръчка №5'), 'en', 'Поръчка №5'],
    ['UTF-16 with its mark', Buffer.from('\ufeffзаявка', 'utf16le'), 'en', 'заявка'],
    [
      'the Windows code page of Bulgaria',
      Buffer.from([0xef, 0xee, 0xf0, 0xfa, 0xf7, 0xea, 0xe0]),
      'bg',
      'поръчка',
    ],
    ['the Windows code page of Poland', Buffer.from([0x7a, 0xb3, 0x6f, 0x74, 0xfd]), 'pl', 'złotý'],
  ])('in %s', (_name, bytes, language, words) => {
    expect(decodeText(bytes, language)).toBe(words)
  })
})
