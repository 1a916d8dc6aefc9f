import { FORWARD_MARKS } from './subject-marks.ts'

// A bare number behind it is rather the name of a thing.
const FORWARD = new RegExp(`^\\s{0,5}(?:${FORWARD_MARKS})(?:\\[\\d{1,3}\\])?\\s{0,3}[:：]`, 'iu')

/** Whether a subject bears the mark of a forwarded mail, as programs write it in many languages. */
export function isForwardSubject(subject: string): boolean {
  return FORWARD.test(subject.slice(0, 60))
}

/** A subject without the marks of forwarding before it. */
export function withoutForwardMarks(subject: string): string {
  let bare = subject
  for (let marks = 0; marks < 20 && isForwardSubject(bare); marks++) bare = bare.replace(FORWARD, '').trim()
  return bare
}
