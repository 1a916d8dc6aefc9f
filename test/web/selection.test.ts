import { expect, test } from 'vitest'
import { allOf, extended, NO_SELECTION, SELECTION_LIMIT, toggled } from '../../src/web/inbox/selection.ts'

const order = [10, 20, 30, 40, 50]

test('a stretch goes from the last ticket that was picked, both ways, and keeps what was picked before', () => {
  const picked = toggled(toggled(NO_SELECTION, 50), 20)

  const down = extended(picked, order, 30)
  const up = extended(picked, order, 10)

  expect([...down.numbers]).toEqual([50, 20, 30])
  expect([...up.numbers].toSorted()).toEqual([10, 20, 50])
})

test('picked twice is not picked, and a stretch from nowhere is its own row', () => {
  expect(toggled(toggled(NO_SELECTION, 10), 10).numbers.size).toBe(0)
  expect([...extended(NO_SELECTION, order, 30).numbers]).toEqual([30])
  expect([...extended({ numbers: new Set(), anchor: 99 }, order, 30).numbers]).toEqual([30])
})

test('all are at most as many as one action may be of', () => {
  const many = Array.from({ length: 1500 }, (_, at) => at + 1)

  expect(allOf(many).numbers.size).toBe(SELECTION_LIMIT)
})
