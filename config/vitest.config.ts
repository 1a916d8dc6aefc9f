import { defineConfig } from 'vitest/config'
import { listDatabaseTests } from './database-tests.ts'
import { proofsOfOtherCommits } from './long-proofs.ts'
import { LongestFirst } from './longest-first.ts'

const root = new URL('..', import.meta.url).pathname

// `npm run prove:postgres`: all on both, of which one commit runs a part on the oldest.
const isWhole = process.env.PROVE === 'whole'

// Every test runs beside the Postgres we carry; those that touch the database once more on the oldest
// one we support, Debian's 15.
export default defineConfig({
  test: {
    root,
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    dangerouslyIgnoreUnhandledErrors: false,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'embedded',
          include: ['test/**/*.test.ts'],
          exclude: proofsOfOtherCommits({ isWhole }),
        },
      },
      { extends: true, test: { name: 'debian15', include: listDatabaseTests(root, { isWhole }) } },
    ],
  },
})
