import { expect, test } from 'vitest'
import { decideRetry, type RetryQuestion } from '../../src/outbound/retry-rule.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const ask = (question: Partial<RetryQuestion> & { code?: number; enhanced?: string }) => {
  const { code, enhanced, ...rest } = question
  const reply = code === undefined ? null : { code, enhanced: enhanced ?? null, text: '' }
  return decideRetry({ reply, stage: 'final', attempts: 1, ageMs: 0, random: 0.5, ...rest })
}

test('a mail put off waits 1, 5, 15 and 30 minutes, then an hour each time, for five days', () => {
  const delays = [1, 2, 3, 4, 5, 100].map(attempts => ask({ code: 451, attempts }))

  expect(delays.map(one => one.kind === 'deferred' && one.delayMs / minuteMs)).toEqual([1, 5, 15, 30, 60, 60])
  expect(ask({ code: 451, ageMs: 5 * dayMs - 1 }).kind).toBe('deferred')
  expect(ask({ code: 451, ageMs: 5 * dayMs }).kind).toBe('failed')
})

test('waits are spread by a fifth to both sides', () => {
  const delays = [0, 1].map(random => ask({ code: 421, attempts: 5, random }))

  expect(delays.map(one => one.kind === 'deferred' && one.delayMs / minuteMs)).toEqual([48, 72])
})

const cases: [Parameters<typeof ask>[0], string, boolean?][] = [
  [{ code: 250 }, 'accepted'],
  [{ code: 550, enhanced: '5.1.1', stage: 'recipient' }, 'failed'],
  [{ code: 554, enhanced: '5.7.1' }, 'failed'],
  [{ code: 552, enhanced: '5.3.4', stage: 'mail' }, 'failed'],
  [{ code: 452, enhanced: '4.2.2', stage: 'recipient' }, 'deferred', false],
  [{ code: 421, enhanced: '4.7.0' }, 'deferred', true],
  [{ code: 554, stage: 'connect' }, 'deferred', true],
  [{ code: 535, enhanced: '5.7.8', stage: 'sign-in' }, 'deferred', true],
  [{ code: 530, stage: 'mail' }, 'deferred', true],
  [{ code: 550, enhanced: '5.4.5', stage: 'mail' }, 'deferred', true],
  [{ stage: 'connect' }, 'deferred', true],
]

test.each(cases)('%j is %s', (question, kind, isMailboxFault) => {
  const decision = ask(question)

  expect(decision.kind).toBe(kind)
  if (decision.kind === 'deferred') expect(decision.isMailboxFault).toBe(isMailboxFault)
})

test('a refused password is tried again after five minutes, not after one', () => {
  const decision = ask({ code: 535, stage: 'sign-in', attempts: 1 })

  expect(decision).toMatchObject({ delayMs: 5 * minuteMs })
})
