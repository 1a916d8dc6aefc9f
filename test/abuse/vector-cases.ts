import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { listOverlays, paintedOutside } from '../xss/pixels.ts'
import { checkRoundTrips } from '../xss/round-trip.ts'
import {
  type Attack,
  attackAnswers,
  attackBarePage,
  attackFrames,
  attackNames,
  attackTexts,
  type SurfaceReport,
} from '../xss/surfaces.ts'
import { listMarkup, listVectors } from '../xss/vectors.ts'
import { desk } from './the-desk.ts'
import { openTrappedBrowser } from './trapped-browser.ts'

// A part of `npm run xss` that takes half a minute: another one for every commit, the same for one.
const seed = numberOfCommit()

const oneOf = <Item>(share: number, items: readonly Item[]): Item[] =>
  items.filter((_, index) => index % share === seed % share)

type Case = [name: string, act: (attack: Attack) => Promise<SurfaceReport>]

const ALWAYS: Case[] = [
  ['in a page without a policy', async attack => await attackBarePage(attack, oneOf(4, listVectors()))],
  ['as HTML mail', async attack => await attackFrames(attack, oneOf(40, listVectors()))],
]
const IN_TURN: Case[] = [
  ['as plain text', async attack => await attackTexts(attack, oneOf(20, listVectors()))],
  ['as names, subjects and files', async attack => await attackNames(attack, oneOf(20, listMarkup()))],
  ['in the history of our answers', async attack => await attackAnswers(attack, oneOf(20, listVectors()))],
]

describe(`vectors of our own and of a public list (seed ${seed})`, () => {
  let attack: Attack
  beforeAll(async () => {
    attack = { desk: desk(), trapped: await openTrappedBrowser(desk().owner) }
  }, 60_000)
  afterAll(async () => await attack?.trapped.close())

  test.each([...ALWAYS, ...oneOf(IN_TURN.length, IN_TURN)])(
    '%s run nothing, ask nobody and bring no element',
    async (_, act) => {
      const { shown, ran, asked, faults } = await act(attack)

      expect(shown).toBeGreaterThan(5)
      expect({ ran, asked, faults }).toEqual({ ran: [], asked: [], faults: [] })
    },
    120_000,
  )

  test('no mail changes a pixel outside of its frame', async () => {
    const all = listOverlays()
    const some = [...oneOf(all.length, all), ...all.slice(-1)]

    const { shown, painted } = await paintedOutside(attack, some)

    expect(shown).toBe(2)
    expect(painted).toEqual([])
  }, 120_000)

  test('what the cleaner writes is what Chromium reads, to the last attribute', async () => {
    const { count, faults } = await checkRoundTrips(attack.trapped.page, { count: 1_000, seed })

    expect(count).toBe(1_000)
    expect(faults).toEqual([])
  }, 120_000)
})
