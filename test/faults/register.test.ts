import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { describeFaults } from './describe-faults.ts'
import { FAULTS } from './register.ts'

test('each fault of the register is proven by tests that exist', async () => {
  const missing: string[] = []
  for (const { id, proofs } of FAULTS) {
    for (const { file, title } of proofs) {
      const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8')
      // A title stands in its test's call, or its first words in the rows of a table of tests.
      if (!(text.includes(`'${title}`) || text.includes(`"${title}`)))
        missing.push(`${id}: ${file}: ${title}`)
    }
  }

  expect(missing).toEqual([])
})

test('a fault is held only if each of its proofs was run and passed', () => {
  const fault = { fault: 'a fault', bound: 'a bound' }
  const proofs = [
    { file: 'a.test.ts', title: 'one' },
    { file: 'a.test.ts', title: 'two' },
  ]
  const of = (title: string, status: string) => ({
    file: '/x/test/a.test.ts',
    title: `${title} is so`,
    status,
    duration: 500,
  })
  const faults = [{ id: 'F01', ...fault, proofs }]

  const verdicts = [
    describeFaults(faults, [of('one', 'passed'), of('two', 'passed')]),
    describeFaults(faults, [of('one', 'passed'), of('two', 'failed')]),
    describeFaults(faults, [of('one', 'passed')]),
  ]

  expect(verdicts.map(verdict => verdict.isGreen)).toEqual([true, false, false])
  expect(verdicts[0]?.lines[0]).toBe('F01  held      1.0 s  a fault  a bound')
})
