import { beforeAll, expect, test } from 'vitest'
import { corpusDir } from '../support/corpus.ts'
import { type Aim, judgeAims } from './judge-score.ts'
import { type Gap, measureGap, pointsOf } from './measure-gap.ts'
import { scoreSet } from './score-set.ts'

// What main has reached of the open set, where that is below the aim of issue 3; raise them as it grows.
const REACHED: Readonly<Record<string, number>> = { parses: 405 / 416 }

// The most points by which the mails as they stand may be read better than 500 rewrites of them; the aim is 1.
const GAPS: Readonly<Record<string, number>> = { parses: 2.5 }

let aims: Aim[]
let exactThreads: number
let gaps: Gap[]

beforeAll(async () => {
  const score = await scoreSet(corpusDir())
  aims = judgeAims(score)
  exactThreads = score.threads.reduce((sum, one) => sum + one.exact, 0)
  gaps = (await measureGap(score, { count: 500, seed: 1 })).gaps
}, 120_000)

test.each([
  'parses',
  'replies',
  'bounces',
  'bounce details',
  'winmail.dat',
  'not lost (no crash, no hang)',
  'no U+FFFD of ours',
])('of real mail, %s: as good as before', name => {
  const aim = aims.find(one => one.name === name)

  const share = (aim?.share.met ?? 0) / (aim?.share.stated ?? 0)

  expect(share).toBeGreaterThanOrEqual(REACHED[name] ?? aim?.least ?? 1)
})

test('threads of real mail in the order of their arrival: as many exact as before', () => {
  expect(exactThreads).toBeGreaterThanOrEqual(24)
})

test.each(['parses', 'replies', 'bounces', 'bounce details', 'automatic'])(
  'mails written anew, %s: read as well as they were',
  name => {
    const gap = gaps.find(one => one.name === name)

    const points = gap === undefined ? Number.NaN : pointsOf(gap)

    expect(points).toBeLessThanOrEqual(GAPS[name] ?? 1)
  },
)
