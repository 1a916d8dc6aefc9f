import { seededRandom } from '../support/mails.ts'
import { MADE_UP_LANGUAGES, madeUpMail, orderOf, wordOfRank } from './made-up-mail.ts'

/** A query and what kind it is of. */
export type BenchQuery = { kind: string; text: string }

/**
 * 200 queries as agents and impatient people ask them: the ten commonest words, common, rarer and rare ones, several
 * at once, phrases that stand in a mail and one that stands in none, numbers whole and in pieces, addresses, facets.
 */
export function benchQueries(messages: number, seed: number): BenchQuery[] {
  const random = seededRandom(seed)
  const any = (below: number) => Math.floor(random() * below)
  const language = () => MADE_UP_LANGUAGES[any(MADE_UP_LANGUAGES.length)] ?? 'en'
  const word = (from: number, to: number) => wordOfRank(language(), from + any(to - from))
  const many = (count: number, kind: string, make: () => string) =>
    Array.from({ length: count }, () => ({ kind, text: make() }))
  const mail = () => madeUpMail(any(messages), messages, seed)
  const phrase = (count: number) =>
    `"${mail()
      .text.split(' ')
      .slice(3, 3 + count)
      .join(' ')}"`
  const pair = (from: number, to: number) => {
    const one = language()
    return `${wordOfRank(one, from + any(to - from))} ${wordOfRank(one, any(50))}`
  }
  const order = () => orderOf(any(messages / 5))
  return [
    ...Array.from({ length: 10 }, (_, rank) => ({
      kind: 'commonest',
      text: wordOfRank(MADE_UP_LANGUAGES[rank % 4] ?? 'en', Math.floor(rank / 4)),
    })),
    ...many(20, 'common (rank 10-100)', () => word(10, 100)),
    ...many(30, 'middling (rank 100-2,000)', () => word(100, 2_000)),
    ...many(30, 'rare (rank 2,000-40,000)', () => word(2_000, 40_000)),
    ...many(20, 'rare and common', () => pair(2_000, 20_000)),
    ...many(10, 'two common', () => pair(50, 300)),
    ...many(15, 'phrase of three', () => phrase(3)),
    ...many(5, 'phrase of two common', () => `"${wordOfRank('en', any(10))} ${wordOfRank('en', any(10))}"`),
    ...many(15, 'order number', order),
    ...many(10, 'piece of a number', () => order().slice(4, 9)),
    ...many(10, 'address', () => mail().fromAddress),
    ...many(5, 'from: and word', () => `from:${mail().fromAddress} ${word(0, 200)}`),
    ...many(5, 'word is:open', () => `${word(10, 500)} is:open`),
    ...many(5, 'word after: before:', () => `${word(100, 2_000)} after:3y before:2y`),
    ...many(5, 'word -word', () => `${word(100, 2_000)} -${word(0, 10)}`),
    ...many(2, 'tag:', () => `tag:vip ${word(10, 200)}`),
    ...many(3, 'nowhere', () => `xq${any(1_000_000)}zk`),
  ]
}
