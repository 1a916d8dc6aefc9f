import { numberOfCommit } from '../test/support/number-of-commit.ts'

// Each has a command that runs it at length: npm run kill, xss, bench, prove:loops, prove:outbox, ledger, storm, backfill, flapping, prove:grid.
const LONG_PROOFS = [
  'test/kill/kill.test.ts',
  'test/abuse/screens.test.ts',
  'test/bench/bench.test.ts',
  'test/loops/loops.test.ts',
  'test/outbox/proof.test.ts',
  'test/ledger/ledger.test.ts',
  'test/storm/storm.test.ts',
  'test/backfill/backfill.test.ts',
  'test/flapping/flapping.test.ts',
  'test/grid/grid.test.ts',
]
const PARTS = 4

/**
 * The long proofs that this commit leaves to the next ones: each runs a quarter, as together they take a quarter of the
 * time there is. Named on the command line, or with `options.isWhole`, all of them run.
 */
export function proofsOfOtherCommits(options: { isWhole: boolean }): string[] {
  const isNamed = (file: string) => process.argv.some(word => file.includes(word) && word.startsWith('test/'))
  if (options.isWhole) return []
  return LONG_PROOFS.filter((file, index) => index % PARTS !== numberOfCommit() % PARTS && !isNamed(file))
}
