import { headerField } from './imap-fetch.ts'
import { numbersOf } from './imap-set.ts'
import { type ImapToken, textOf } from './imap-wire.ts'
import type { PracticeMailRow } from './practice.queries.ts'

type Test = (mail: PracticeMailRow) => boolean

/**
 * Turns the keys of SEARCH into one test; keys stand side by side as "and" (RFC 3501 §6.4.4). Known:
 * ALL, UID, SINCE, BEFORE, HEADER, NOT and parentheses.
 *
 * @param uids all UIDs of the folder, ascending
 * @returns undefined for a key this server does not know
 */
export function searchTest(keys: readonly ImapToken[], uids: readonly number[]): Test | undefined {
  const rest = [...keys]
  const tests: Test[] = []
  while (rest.length > 0) {
    const test = nextTest(rest, uids)
    if (!test) return undefined
    tests.push(test)
  }
  return mail => tests.every(test => test(mail))
}

function nextTest(rest: ImapToken[], uids: readonly number[]): Test | undefined {
  const key = rest.shift()
  if (Array.isArray(key)) return searchTest(key, uids)
  switch (textOf(key).toUpperCase()) {
    case 'ALL':
      return () => true
    case 'NOT': {
      const test = nextTest(rest, uids)
      return test && (mail => !test(mail))
    }
    case 'UID': {
      const wanted = new Set(numbersOf(textOf(rest.shift()), uids))
      return mail => wanted.has(mail.uid)
    }
    case 'SINCE': {
      const day = dayOf(textOf(rest.shift()))
      return mail => mail.receivedAt.getTime() >= day
    }
    case 'BEFORE': {
      const day = dayOf(textOf(rest.shift()))
      return mail => mail.receivedAt.getTime() < day
    }
    case 'HEADER': {
      const name = textOf(rest.shift())
      const value = textOf(rest.shift()).toLowerCase()
      return mail => headerField(mail.raw, name)?.toLowerCase().includes(value) ?? false
    }
    default:
      return undefined
  }
}

/** `2-Nov-2026` as the start of that day in UTC, in milliseconds. */
function dayOf(text: string): number {
  return Date.parse(`${text.replaceAll('-', ' ')} UTC`)
}
