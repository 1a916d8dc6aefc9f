import { defineConfig } from 'vitest/config'
import { listDatabaseTests } from './database-tests.ts'
import { proofsOfOtherCommits } from './long-proofs.ts'
import { LongestFirst } from './longest-first.ts'

const root = new URL('..', import.meta.url).pathname

// `npm run prove:postgres`: all on both, of which one commit runs a part on the oldest.
const isWhole = process.env.PROVE === 'whole'

// Of each project: of all together it would run once, and its server would be that of every project.
const globalSetup = ['test/support/global-setup.ts']

// Every test runs beside the Postgres we carry; those that touch the database once more on the oldest
// one we support, Debian's 15.
export default defineConfig({
  test: {
    root,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes, but on a busy machine not within the one second that is vitest's own.
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    dangerouslyIgnoreUnhandledErrors: false,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'embedded',
          globalSetup,
          env: { TEST_POSTGRES: 'embedded' },
          include: ['test/**/*.test.ts'],
          exclude: proofsOfOtherCommits({ isWhole }),
        },
      },
      {
        extends: true,
        test: {
          name: 'debian15',
          globalSetup,
          env: { TEST_POSTGRES: 'debian15' },
          include: listDatabaseTests(root, { isWhole }),
        },
      },
    ],
  },
})
