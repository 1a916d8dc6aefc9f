import { expect, test } from 'vitest'
import { waitUntil } from '../support/wait-until.ts'

test('neither false nor undefined nor a fault is what was waited for, and 0 is', async () => {
  const looks: (() => number | false | undefined)[] = [
    () => false,
    () => undefined,
    () => {
      throw new Error('not there')
    },
    () => 0,
  ]

  const found = await waitUntil('a number', () => looks.shift()?.(), { everyMs: 1 })
  const never = waitUntil('the end of the world', () => false, { withinMs: 5, everyMs: 1 })

  expect(found).toBe(0)
  await expect(never).rejects.toThrow('did not happen within 5 ms: the end of the world')
})
