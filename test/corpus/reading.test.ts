import { beforeAll, describe, expect, test } from 'vitest'

import type { ParsedMail } from '../../src/mail/mail-types.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { listCorpus } from '../support/corpus.ts'

type Reading = { name: string; raw: Buffer; mail: ParsedMail; tookMs: number }

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must be absent
const UNWANTED = /[\u0000-\u001f\u007f\u202a-\u202e]/
const MAX_READ_MS = 5_000
const FOREIGN_FORMS = [
  '<script',
  '<style',
  '<iframe',
  '<form',
  '<input',
  '<svg',
  '<meta',
  '<link',
  'javascript:',
  ' srcset=',
]

let readings: Reading[]

beforeAll(async () => {
  readings = []
  for (const { name, read } of await listCorpus()) {
    const raw = await read()
    const startedAtMs = performance.now()
    const mail = await parseMail(raw)
    readings.push({ name, raw, mail, tookMs: performance.now() - startedAtMs })
  }
}, 120_000)

/** The names of the mails that break a promise. */
function breaking(isBroken: (reading: Reading) => boolean): string[] {
  return readings.filter(isBroken).map(reading => reading.name)
}

/** Every value of one line in a mail. */
function oneLiners(mail: ParsedMail): string[] {
  const people = [mail.from, mail.sender, ...mail.replyTo, ...mail.to, ...mail.cc]
  const names = people.flatMap(one => (one ? [one.name ?? '', one.address] : []))
  const files = mail.attachments.flatMap(file => [file.filename, file.contentType, file.contentId ?? ''])
  const ids = [mail.internetMessageId ?? '', ...mail.inReplyTo, ...mail.references]
  return [mail.subject, mail.snippet, ...names, ...files, ...ids, ...mail.recipientAddresses]
}

describe('every mail of the corpus', () => {
  test('is read, each within five seconds', () => {
    const slow = breaking(reading => reading.tookMs > MAX_READ_MS)

    expect(readings.length).toBeGreaterThan(1_000)
    expect(slow).toEqual([])
  })

  test('holds no NUL anywhere and no line end, control or bidi mark in a value of one line', () => {
    const withNul = breaking(({ mail }) => JSON.stringify(mail).includes('\\u0000'))
    const withControl = breaking(({ mail }) => oneLiners(mail).some(text => UNWANTED.test(text)))

    expect(withNul).toEqual([])
    expect(withControl).toEqual([])
  })

  test('has clean HTML: nothing that runs, loads or styles by itself', () => {
    const unclean = breaking(({ mail }) => {
      const html = mail.html?.toLowerCase() ?? ''
      return (
        FOREIGN_FORMS.some(form => html.includes(form)) ||
        / src="(?!cid:|data:image\/)/.test(html) ||
        /<[^>]* on\w+=/.test(html.replace(/="[^"]*"/g, '=""'))
      )
    })

    expect(unclean).toEqual([])
  })

  test('can be stored: well-formed text, bounded lists, file names that are no paths', () => {
    const unfit = breaking(({ mail }) => {
      const texts = [...oneLiners(mail), mail.text, mail.visibleText, mail.html ?? '']
      const paths = mail.attachments.some(
        file => /[/\\]/.test(file.filename) || file.filename === '' || file.filename.startsWith('.'),
      )
      return (
        paths ||
        mail.references.length > 100 ||
        mail.subject.length > 998 ||
        texts.some(text => !text.isWellFormed())
      )
    })

    expect(unfit).toEqual([])
  })
})

test('a sender whom a second reader reads otherwise is marked, and that is rare', () => {
  const doubtful = readings.filter(({ mail }) => mail.defects.includes('doubtful-sender'))

  const share = doubtful.length / readings.length

  expect(share).toBeLessThan(0.02)
  expect(doubtful.map(({ mail }) => mail.from?.address)).not.toContain(undefined)
})
