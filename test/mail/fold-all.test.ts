import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { type Fold, splitReply } from '../../src/mail/split-reply.ts'
import { listCorpus } from '../support/corpus.ts'
import { measureGrowthOf } from './growth.ts'

describe('every character is shown or folded, once and in order', () => {
  const pieces = [
    'Yes.',
    '',
    '> old words',
    '>> older',
    'On 2 Jan 2024 at 10:00, Bob <b@example.org> wrote:',
    '-----Original Message-----',
    'From: Bob <b@example.org>',
    'Sent: 2 Jan 2024 10:00',
    'Subject: Box',
    '-- ',
    'Sent from my iPhone',
    '________________________________',
    '---------- Forwarded message ---------',
    'Да. On 2 Jan 2024 at 10:00, Bob <b@example.org> wrote:',
    'https://example.com/x',
    '\ud83d\ude00 €',
    '   ',
  ]

  test('whatever stands in a mail, in 3,000 mails of random lines', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join('\n')
      const known =
        round % 3 === 0 ? ['Yes. old words older Bob wrote: Subject: Box Sent from my iPhone'] : []

      const { folds, visibleText } = splitReply(text, { known })

      expect(isPartition(text, folds), JSON.stringify({ text, folds })).toBe(true)
      expect(visibleText === '', JSON.stringify(text)).toBe(text.trim() === '')
    }
  })

  test('in every body and mail of the corpus', async () => {
    const broken: string[] = []
    for (const { name, read } of await listCorpus()) {
      const { text, folds, visibleText } = await parseMail(await read())
      if (!isPartition(text, folds) || (text.trim() !== '' && visibleText === '')) broken.push(name)
    }

    expect(broken).toEqual([])
  }, 120_000)
})

/** Folds lie in order inside the text and do not overlap; so words and folds are the text. */
function isPartition(text: string, folds: readonly Fold[]): boolean {
  let from = 0
  for (const { start, end } of folds) {
    if (start < from || end <= start || end > text.length) return false
    from = end
  }
  return true
}

describe('time stays linear', () => {
  const shapes: [string, string][] = [
    ['newlines', '\n'],
    ['blanks', ' '],
    ['dashes', '-'],
    ['underscores', '_'],
    ['On', 'On '],
    ['Re', 'Re: '],
    ['quote marks', '>'],
    ['quoted lines', '> a\n'],
    ['introductions', 'On 1 Jan 2024 at 10:00\n'],
    ['header blocks', 'From: x\n'],
    ['rules', '________________________________________\n'],
    ['addresses', 'a@'],
    ['whole introductions', 'On 1 Jan 2024 at 10:00, a@b.c wrote:\n> a\nb\n'],
    ['colons', `${'x'.repeat(390)}:\n`],
    ['signatures', '-- \nAnn\n'],
    ['links between quotes', '> a\nhttps://a\n'],
  ]

  test.each(shapes)('%s: twice the text takes at most 2.5 times as long', async (_, unit) => {
    const build = (size: number): string => unit.repeat(Math.ceil(size / unit.length))
    const split = (text: string) => splitReply(text, { known: [text.slice(0, 100_000)] })

    const growth = await measureGrowthOf(split, { half: build(500_000), whole: build(1_000_000) })

    expect(growth).toMatchObject({ isLinear: true })
  })
})
