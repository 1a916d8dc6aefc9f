import { TRANSITIONS, type Transition } from '../../src/lib/transitions.ts'

/** What happens to the process, or to what it stands on, at a point. */
export const FAULTS = ['killed', 'stopped', 'database lost', 'no space'] as const
export type Fault = (typeof FAULTS)[number]

/** How a mail and its reply fare besides the fault, so that they pass the points there are. */
export type Way =
  | 'plain'
  | 'no room to file it'
  | 'cannot be filed'
  | 'moved'
  | 'overtaken'
  | 'taken back'
  | 'put off, tried now'
  | 'put off, stopped'
  | 'refused'
  | 'refused for one of two'
  | 'answer lost'
  | 'sender died'
  | 'copied'
  | 'erased'

/** One square of the grid. */
export type Cell = { point: Transition; fault: Fault; way: Way }

/** Each point with the way that passes it. A point without a row does not compile. */
const WAYS: Record<Transition, Way> = {
  'mail-bytes-kept': 'plain',
  'mail-rows-entering': 'plain',
  'mail-rows-entered': 'plain',
  'mail-claimed': 'plain',
  'mail-read': 'plain',
  'mail-filing': 'plain',
  'mail-filed': 'plain',
  'mail-given-back': 'no room to file it',
  'mail-attempt-failed': 'cannot be filed',
  'mail-quarantined': 'cannot be filed',
  'mail-retried': 'cannot be filed',
  'reply-bytes-kept': 'plain',
  'reply-queueing': 'plain',
  'reply-queued': 'plain',
  'reply-moving': 'moved',
  'reply-moved': 'moved',
  'reply-overtaking': 'overtaken',
  'reply-undoing': 'taken back',
  'reply-undone': 'taken back',
  'reply-claimed': 'plain',
  'reply-handed-over': 'plain',
  'reply-answered': 'plain',
  'reply-accepting': 'refused for one of two',
  'reply-accepted': 'plain',
  'reply-deferring': 'put off, tried now',
  'reply-deferred': 'put off, tried now',
  'reply-trying-now': 'put off, tried now',
  'reply-tried-now': 'put off, tried now',
  'reply-stopping': 'put off, stopped',
  'reply-stopped': 'put off, stopped',
  'reply-failing': 'refused',
  'reply-failed': 'refused',
  'reply-doubting': 'answer lost',
  'reply-doubted': 'answer lost',
  'reply-deciding': 'answer lost',
  'reply-decided': 'answer lost',
  'reply-recovering': 'sender died',
  'reply-recovered': 'sender died',
  'copy-claimed': 'copied',
  'copy-appended': 'copied',
  'copy-noted': 'copied',
  'ticket-erasing': 'erased',
  'ticket-erased': 'erased',
  'blobs-freed': 'erased',
  'pack-copied': 'erased',
  'pack-moved': 'erased',
  'pack-emptied': 'erased',
}

/** The whole grid: every point with every fault. */
export const CELLS: readonly Cell[] = TRANSITIONS.flatMap(point =>
  FAULTS.map(fault => ({ point, fault, way: WAYS[point] })),
)

/** As a cell is called on the command line and in the report. */
export function nameOf({ point, fault }: Cell): string {
  return `${point}, ${fault}`
}
