import { expect, test } from 'vitest'
import { nameTry } from '../../src/web/compose/name-try.ts'

const words = { text: 'On its way.', withHistory: false }

test('a reply that is tried again is the same one, whenever it is to leave and whatever comes after', () => {
  const first = nameTry(null, { ...words, sendAt: '2026-11-25T10:00:00Z' })

  const tries = [{ sendAt: '2026-11-25T10:00:30Z' }, {}, { stateAfter: 'closed' }]

  expect(tries.map(how => nameTry(first, { ...words, ...how }).key)).toEqual(tries.map(() => first.key))
})

test('other words, and words to others, are another reply', () => {
  const first = nameTry(null, words)

  expect(nameTry(first, { ...words, text: 'Sent.' }).key).not.toBe(first.key)
  expect(nameTry(first, { ...words, to: ['bo@customer.test'] }).key).not.toBe(first.key)
})
