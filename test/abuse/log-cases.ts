import { expect, test } from 'vitest'
import { CANARIES } from './hostile-desk.ts'
import { desk } from './the-desk.ts'

// The last of each file: what all its cases made the product log.

test('no secret is in the log, not at debug either', () => {
  const output = desk().product.output()
  const cookies = [desk().owner, desk().outsider].map(client => client.cookie().split('=')[1] ?? '')

  expect(output).toContain('"level":"debug"')
  for (const secret of [...Object.values(CANARIES), ...cookies]) expect(output).not.toContain(secret)
  expect(output).not.toContain('\u001b')
})
