import { checkEgress } from './check-egress.ts'
import { checkIngest, checkSilence } from './check-ingest.ts'
import { checkEmission, checkIsolation, checkLiveness, checkSpeakers, checkWork } from './check-people.ts'
import type { History, Violation } from './history.ts'

/** Every promise that the history breaks, in the order of the invariants; none when all eight hold. */
export function checkHistory(history: History): Violation[] {
  return [
    ...checkIngest(history),
    ...checkSilence(history),
    ...checkEgress(history),
    ...checkSpeakers(history),
    ...checkIsolation(history),
    ...checkWork(history),
    ...checkEmission(history),
    ...checkLiveness(history),
  ]
}
