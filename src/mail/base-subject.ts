import { FORWARD_MARKS, MARK_COUNT, REPLY_MARKS } from './subject-marks.ts'

const MAX_CHARS = 998
const MAX_MARKS = 20

const MARK = new RegExp(`^(?:${REPLY_MARKS}|${FORWARD_MARKS})${MARK_COUNT}\\s?[:：]\\s*`, 'iu')
const TAG = /^\[[^[\]]{1,80}\]\s*/u

/**
 * What a subject is about: without the marks of answers and forwards, tags in brackets before it (of lists and
 * of tickets), case, spaces and punctuation, all of which programs change on the way. Much like the
 * base subject of RFC 5256 §2.1, with the marks of other languages. `''` where nothing remains.
 */
export function baseSubject(subject: string): string {
  let rest = subject.slice(0, MAX_CHARS).normalize('NFKC').trim()
  for (let marks = 0; marks < MAX_MARKS; marks++) {
    const shorter = rest.replace(MARK, '').replace(TAG, '')
    if (shorter === rest) break
    rest = shorter
  }
  return rest.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
}

/**
 * Whether an answer's subject is a new topic and none of the earlier subjects in another dress: cut short,
 * grown by a tag, or not readable. Both must say something.
 */
export function isNewTopic(subject: string, earlier: readonly string[]): boolean {
  if (subject.includes('\ufffd')) return false
  const base = baseSubject(subject)
  if (base === '') return false
  return earlier.map(baseSubject).every(other => other !== '' && !isSameTopic(base, other))
}

// As many letters as a program leaves when it cuts a subject; fewer could be anything's beginning.
const CUT_LETTERS = 12

function isSameTopic(one: string, other: string): boolean {
  if (one === other) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short.length >= CUT_LETTERS && long.includes(short)
}

/**
 * The ticket numbers a subject names, as `#123` or `[#123]`: at most three. They only ever suggest: anybody can write a
 * number.
 */
export function numbersIn(subject: string): number[] {
  const found = subject.slice(0, MAX_CHARS).matchAll(/(?<![\p{L}\p{N}&#])#(\d{1,12})(?![\p{L}\p{N}])/gu)
  const numbers = new Set([...found].map(match => Number(match[1])).filter(number => number > 0))
  return [...numbers].slice(0, 3)
}
