import { type ScoredCase, type SetScore, WHOLE_CASE } from './score-set.ts'

/** How many of those that state something met it. */
export type Share = { met: number; stated: number }

/** An aim of issue 3: what was reached, and what it must be. */
export type Aim = { name: string; share: Share; least: number }

/** What a column of the table is about, and which of the harness's keys speak of it. */
export const ASPECTS: Record<string, RegExp> = {
  subject: /^subject/,
  from: /^(from|no_sender|reply_to)$/,
  to: /^(to|to_first|to_contains|cc|cc_contains)$/,
  'ids, date': /^(message_id|in_reply_to|in_reply_to_first|references|date)$/,
  attachments: /^(attachments|tnef_files|filename_must_not_contain)/,
  text: /^(text|html|body)_/,
  reply: /^reply_(?!to$)/,
  auto: /^is_(auto|complaint)$/,
  bounce: /^is_bounce$/,
  details: /^bounce$/,
  robust: /^(must_not_crash|max_seconds)$/,
}

/** Cases in which something of an aspect is stated, and those in which all of it is met. */
export function shareOf(cases: readonly ScoredCase[], keys: RegExp): Share {
  const stating = cases.filter(one => one.stated.some(key => keys.test(key)))
  return { met: stating.filter(one => !hasMissed(one, keys)).length, stated: stating.length }
}

function hasMissed({ misses, stated }: ScoredCase, keys: RegExp): boolean {
  return misses.some(
    miss =>
      keys.test(miss.key) ||
      (miss.key !== 'FFFD' && WHOLE_CASE.includes(miss.key) && stated.some(key => keys.test(key))),
  )
}

/** Cases whose stated values hold letters beyond ASCII; met when those are exact and no U+FFFD is added. */
export function charsetShare(cases: readonly ScoredCase[]): Share {
  const stating = cases.filter(one => foreignKeys(one).length > 0)
  const met = stating.filter(one => {
    const keys = foreignKeys(one)
    return !one.misses.some(miss => keys.includes(miss.key) || WHOLE_CASE.includes(miss.key))
  })
  return { met: met.length, stated: stating.length }
}

function foreignKeys({ row, stated }: ScoredCase): string[] {
  if (row.kind !== 'message') return []
  return stated.filter(key => /[^\p{ASCII}]/u.test(JSON.stringify(row[key] ?? '')))
}

/** The aims of issue 3 on one set, by the harness's sums. */
export function judgeAims({ total, cases }: SetScore): Aim[] {
  const sum = (keys: RegExp): Share => {
    const found = Object.entries(total.keys).filter(([key]) => keys.test(key))
    return {
      met: found.reduce((all, [, [met]]) => all + met, 0),
      stated: found.reduce((all, [, [, stated]]) => all + stated, 0),
    }
  }
  const without = (missed: number): Share => ({ met: total.cases - missed, stated: total.cases })
  const aims = [
    { name: 'parses', share: { met: total.parse_met, stated: total.parse_cases }, least: 0.99 },
    { name: 'replies', share: sum(/^reply_(?!to$)/), least: 0.95 },
    { name: 'bounces', share: sum(/^is_bounce$/), least: 0.99 },
    { name: 'bounce details', share: sum(/^bounce$/), least: 0.95 },
    { name: 'winmail.dat', share: shareOf(cases, /^tnef_files$/), least: 1 },
    { name: 'not lost (no crash, no hang)', share: without(total.crash + total.hang), least: 1 },
    { name: 'no U+FFFD of ours', share: without(total.fffd), least: 1 },
  ]
  return aims.filter(aim => aim.share.stated > 0)
}

/** Whether an aim is reached. */
export function isReached({ share, least }: Aim): boolean {
  return share.met / share.stated >= least
}
