import type { DomainRecordKind } from '../shared/health-words.ts'
import { DOMAIN_RECORDS } from '../shared/health-words.ts'
import type { JudgedRecord } from './judge-domain.ts'

/** Which kinds of record a lookup found right, and which are something to be told of. */
export type DomainAlarm = { right: DomainRecordKind[]; wrong: DomainRecordKind[] }

/**
 * Tells what harms from what might be better. A record that was right and is so no longer is wrong, and so are two
 * records where only one counts, or one that lets everybody send. What was never right is advice on the page: whoever
 * connects a mailbox has often nothing to say in its DNS. A domain signs with one of a provider's keys at a time.
 *
 * @param wereRight kinds that were right at some earlier lookup
 */
export function judgeAlarm(
  records: readonly JudgedRecord[],
  wereRight: readonly DomainRecordKind[],
): DomainAlarm {
  const of = (kind: DomainRecordKind) => records.filter(record => record.kind === kind)
  const right = DOMAIN_RECORDS.filter(kind => of(kind).some(({ state }) => state === 'right'))
  const isHarmful = ({ state, note }: JudgedRecord) => state === 'several' || note === 'everybody'
  const isGone = (kind: DomainRecordKind) =>
    wereRight.includes(kind) && of(kind).every(({ state }) => state === 'missing' || state === 'wrong')
  const wrong = DOMAIN_RECORDS.filter(
    kind => !right.includes(kind) && of(kind).length > 0 && (of(kind).some(isHarmful) || isGone(kind)),
  )
  return { right, wrong }
}
