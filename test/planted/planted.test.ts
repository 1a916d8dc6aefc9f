import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { PLANTED_BUGS } from './bugs.ts'
import { runPlanted } from './run-planted.ts'

const root = new URL('../..', import.meta.url).pathname

test.each(PLANTED_BUGS)('$name: the source still reads as where it is planted', async ({ file, pattern }) => {
  const text = await readFile(join(root, file), 'utf8')

  expect(text.split(pattern)).toHaveLength(2)
})

// All of them: npm run prove:planted.
test('the bug of this commit is noticed', { timeout: 180_000 }, async () => {
  const bug = PLANTED_BUGS[numberOfCommit() % PLANTED_BUGS.length]

  const outcomes = await runPlanted(root, bug === undefined ? [] : [bug])

  expect(outcomes).toMatchObject([{ caughtBy: expect.stringContaining('test/') }])
})
