import { BaseSequencer, type TestSpecification } from 'vitest/node'

// What takes longest, measured on two cores, begins first, so that no worker ends long after the other.
// A machine that has run the tests before knows each file's time; CI knows none.
const LONGEST = [
  'kill/kill',
  'prove/prove',
  'outbox/proof',
  'grid/grid',
  'abuse/mail',
  'abuse/screens',
  'bench/bench',
  'loops/loops',
  'web/accessibility',
  'web/inbox',
  'abuse/forgeries',
  'journeys/what-became-of-it',
  'web/drafts',
  'journeys/first-answer',
  'platform/serve',
  'platform/full-disk',
  'inbound/mail-reader',
  'web/typing-ahead',
  'web/reply-guard',
  'storm/storm',
  'inbound/sync',
  'inbound/thread-corpus',
].map(name => `/test/${name}.test.ts`)

/** Runs the files of LONGEST first and in its order, the others as Vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex(name => moduleId.endsWith(name))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
