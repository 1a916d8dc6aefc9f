import { expect, test } from 'vitest'
import type { Notification } from '../../src/shared/notifications.ts'
import { freshOf, knownOf } from '../../src/web/bell/fresh-news.ts'

const one = (id: string, minute: number, isNew = true): Notification => ({
  id,
  event: 'answer',
  at: `2026-11-26T10:${String(minute).padStart(2, '0')}:00.000Z`,
  ticketNumber: 1,
  mailboxId: 1,
  subject: '',
  name: '',
  excerpt: '',
  hit: null,
  isNew,
  channels: { list: true, browser: true, sound: true, mail: true },
})
const listOf = (...data: Notification[]) => ({ data, isQuiet: false })
const idsOf = (found: readonly Notification[]) => found.map(({ id }) => id)

test('what a tab did not know rings once, and what is not new does not', () => {
  const before = listOf(one('a', 10))
  const after = listOf(one('c', 12), one('seen', 11, false), one('a', 10))

  const rings = [freshOf(knownOf(before), after), freshOf(knownOf(after), after)].map(idsOf)

  expect(rings).toEqual([['c'], []])
})

test('what was committed late rings, and what a changed setting brings up does not', () => {
  const before = listOf(one('a', 10))

  const fresh = freshOf(knownOf(before), listOf(one('a', 10), one('late', 9), one('unmuted', 5)))

  expect(idsOf(fresh)).toEqual(['late'])
})

test('the first of all rings', () => {
  const fresh = freshOf(knownOf(listOf()), listOf(one('a', 10)))

  expect(idsOf(fresh)).toEqual(['a'])
})
