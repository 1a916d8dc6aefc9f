import { expect, test } from 'vitest'
import { listCorpus } from '../support/corpus.ts'

test('the corpus has its thousand mails, each readable', async () => {
  const mails = await listCorpus()

  const first = await mails[0]?.read()

  expect(mails.length).toBeGreaterThan(1_000)
  expect(first?.length).toBeGreaterThan(0)
})
