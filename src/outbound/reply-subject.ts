import { MARK_COUNT, REPLY_MARKS } from '../mail/subject-marks.ts'

// Forwards are left alone.
const replyMark = new RegExp(`^\\s*(?:${REPLY_MARKS})${MARK_COUNT}\\s?[:：]\\s*`, 'iu')

/**
 * The subject of an answer: `Re: ` once, however often and in whatever language it was answered
 * before, so that it stays the same through a whole exchange (RFC 5322 §3.6.5).
 */
export function replySubject(subject: string): string {
  let bare = subject.trim()
  for (let marks = 0; marks < 50 && replyMark.test(bare); marks++) bare = bare.replace(replyMark, '')
  return `Re: ${bare}`.trim()
}
