import { describe, expect, test } from 'vitest'
import { markRecipients } from '../../src/outbound/mark-recipients.ts'

const people = (words: string) =>
  words
    .split(', ')
    .filter(address => address !== '')
    .map(address => ({ name: null, address }))

type Situation = {
  before?: string
  defaults?: string
  to?: string
  cc?: string
  bcc?: string
  known?: string
}

function marked(situation: Situation): string {
  const {
    before = '',
    defaults = 'ann@a.test',
    to = 'ann@a.test',
    cc = '',
    bcc = '',
    known = 'ann@a.test',
  } = situation
  const all = markRecipients({
    recipients: { to: people(to), cc: people(cc), bcc: people(bcc) },
    before: people(before),
    defaults: people(defaults),
    inside: ['ann@a.test', 'support@desk.test', 'ada@desk.test', 'info@büro.test'],
    known: new Set(known.split(', ')),
  })
  const words = [...all.to, ...all.cc, ...all.bcc].map(one => [one.address, ...one.marks].join(' '))
  return [...words, ...all.dropped.map(one => `-${one.address}`)].join(', ')
}

describe('before a reply leaves, its agent is told', () => {
  test.each<[string, Situation, string]>([
    ['nothing of the customer who wrote', {}, 'ann@a.test'],
    [
      'whom the agent added to a first reply',
      { cc: 'bob@a.test', known: 'ann@a.test, bob@a.test' },
      'ann@a.test, bob@a.test added',
    ],
    [
      'whom the agent left out of a first reply',
      { defaults: 'ann@a.test, bob@a.test' },
      'ann@a.test, -bob@a.test',
    ],
    [
      'whom the customer’s newest mail left out',
      { before: 'ann@a.test, bob@a.test' },
      'ann@a.test, -bob@a.test',
    ],
    [
      'whom the newest mail brought in',
      {
        before: 'ann@a.test',
        defaults: 'ann@a.test, bob@a.test',
        cc: 'bob@a.test',
        known: 'ann@a.test, bob@a.test',
      },
      'ann@a.test, bob@a.test added',
    ],
    ['of one who was in the exchange in other letters nothing', { before: 'Ann@A.test' }, 'ann@a.test'],
    [
      'who is of another organisation',
      { cc: 'c@b.test', known: 'ann@a.test, c@b.test' },
      'ann@a.test, c@b.test added external',
    ],
    [
      'of the customer’s and our own subdomains nothing',
      {
        cc: 'c@mail.a.test, d@shop.desk.test',
        before: 'ann@a.test, c@mail.a.test, d@shop.desk.test',
        known: 'ann@a.test, c@mail.a.test, d@shop.desk.test',
      },
      'ann@a.test, c@mail.a.test, d@shop.desk.test',
    ],
    [
      'that letters and A-labels are one domain',
      { to: 'x@xn--bro-hoa.test', defaults: 'x@xn--bro-hoa.test', known: 'x@xn--bro-hoa.test' },
      'x@xn--bro-hoa.test',
    ],
    ['who gets mail of this desk for the first time', { known: '' }, 'ann@a.test first-time'],
    [
      'all of a blind copy that was mistyped',
      { bcc: 'boss@dask.test' },
      'ann@a.test, boss@dask.test added external first-time',
    ],
    [
      'of no one dropped who became a blind copy',
      { before: 'ann@a.test, bob@a.test', bcc: 'bob@a.test', known: 'ann@a.test, bob@a.test' },
      'ann@a.test, bob@a.test',
    ],
  ])('%s', (_promise, situation, expected) => {
    expect(marked(situation)).toBe(expected)
  })
})
