import { describe, expect, test } from 'vitest'
import { decodeHeaderText } from '../../src/mail/encoded-words.ts'
import { parseHeaderParams } from '../../src/mail/header-params.ts'
import { cpuMsOf } from './cpu-time.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
const WHOLE = base64('Привет мир')

describe('encoded words', () => {
  const cases: readonly (readonly [why: string, value: string, text: string])[] = [
    ['an unescaped question mark', '=?utf-8?Q?How are you??=', 'How are you?'],
    ['a question mark before an escape', '=?utf-8?Q?a?=20b?=', 'a? b'],
    [
      'base64 cut at any digit',
      `=?utf-8?B?${WHOLE.slice(0, 7)}?= =?utf-8?B?${WHOLE.slice(7)}?=`,
      'Привет мир',
    ],
    ['a character cut between two encodings', '=?utf-8?q?=D0?= =?UTF-8?b?n9E=?= =?utf-8?q?=80?=', 'Пр'],
    ['words without a blank between', '=?utf-8?Q?=D0=9F?==?utf-8?Q?=D1=80?=', 'Пр'],
    ['a header that was cut', `=?utf-8?B?${base64('Привет').slice(0, 11)}`, 'Прив'],
    ['no charset', '=??Q?=D0=9F?=', 'П'],
    ['a word that was encoded again', `=?utf-8?B?${base64(`=?utf-8?B?${base64('Привет')}?=`)}?=`, 'Привет'],
    ['what only looks like words', '1 =? 2 ?= 3', '1 =? 2 ?= 3'],
    ['a false label', '=?us-ascii?Q?=D0=9F=D1=80?=', 'Пр'],
    ['raw bytes beside a word', `${latin1('Счёт')} =?utf-8?Q?=D0=9F?=`, 'Счёт П'],
    ['raw UTF-8 cut inside its last character', latin1('Счёт').slice(0, -1), 'Счё'],
  ]

  test.each(cases)('%s', (_, value, text) => {
    const read = decodeHeaderText(value, null)

    expect(read).toBe(text)
  })

  test.each(['=?utf-8?q?a?= ', '=?utf-8?q?a', '?=41', '=?x?b?', '=?utf-8?b?YWI?= '])(
    'a header of a megabyte of %s takes no time',
    async part => {
      const cpuMs = await cpuMsOf(() => decodeHeaderText(part.repeat(1_000_000 / part.length), null))

      expect(cpuMs).toBeLessThan(1_000)
    },
  )
})

describe('file names', () => {
  const cases: readonly (readonly [why: string, field: string, name: string])[] = [
    ['extended', "filename*=utf-8''%D0%A4.pdf", 'Ф.pdf'],
    ['extended without charset', "filename*=''%D0%A4.pdf", 'Ф.pdf'],
    ['extended without any prefix', 'filename*=%D0%A4.pdf', 'Ф.pdf'],
    ['extended in quotes', `filename*="UTF-8''%D0%A4.pdf"`, 'Ф.pdf'],
    ['extended under the plain name', `filename="utf-8''%D0%A4.pdf"`, 'Ф.pdf'],
    ['extended beside the plain name', `filename="F.pdf"; filename*=utf-8''%D0%A4.pdf`, 'Ф.pdf'],
    ['continued, out of order', "filename*1*=%A4.pdf; filename*0*=utf-8''%D0", 'Ф.pdf'],
    ['continued, encoded and plain', `filename*0*=koi8-r''%E6; filename*1=".pdf"`, 'Ф.pdf'],
    ['continued, each piece quoted', `filename*0="long "; filename*1="name.pdf"`, 'long name.pdf'],
    ['an encoded word', 'filename="=?utf-8?B?0KQucGRm?="', 'Ф.pdf'],
    ['an encoded word in pieces', 'filename*0="=?utf-8?B?0KQ"; filename*1="ucGRm?="', 'Ф.pdf'],
    ['an encoded word in the extended form', "filename*=utf-8''=?utf-8?B?0KQucGRm?=", 'Ф.pdf'],
    ['raw UTF-8', `filename="${latin1('Фактура.pdf')}"`, 'Фактура.pdf'],
    ['raw windows-1251', 'filename="\u00d4\u00e0\u00ea\u00f2\u00f3\u00f0\u00e0.pdf"', 'Фактура.pdf'],
    ['twice', 'filename=a.pdf; filename=b.pdf', 'a.pdf'],
    ['blanks without quotes', 'filename=my report (1).pdf', 'my report (1).pdf'],
  ]

  test.each(cases)('%s', (_, field, name) => {
    const read = parseHeaderParams(`attachment; ${field}`, null)

    expect(read.params.get('filename')).toBe(name)
  })

  test('a forgotten semicolon does not hide the name', () => {
    const read = parseHeaderParams('attachment filename="a.pdf"', null)

    expect(read.value).toBe('attachment')
    expect(read.params.get('filename')).toBe('a.pdf')
  })
})
