import { beforeAll, expect, test } from 'vitest'
import { corpusDir } from '../support/corpus.ts'
import { type Aim, judgeAims } from './judge-score.ts'
import { scoreSet } from './score-set.ts'

// What main has reached of the open set, where that is below the aim of issue 3; raise them as it grows.
const REACHED: Readonly<Record<string, number>> = {
  parses: 402 / 416,
  replies: 117 / 138,
  bounces: 365 / 377,
  'bounce details': 269 / 293,
  'winmail.dat': 0,
  'no U+FFFD of ours': 1199 / 1205,
}

let aims: Aim[]
let exactThreads: number

beforeAll(async () => {
  const score = await scoreSet(corpusDir())
  aims = judgeAims(score)
  exactThreads = score.threads.reduce((sum, one) => sum + one.exact, 0)
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
