import { difficultyOf } from './difficulty.ts'
import { type Aim, ASPECTS, charsetShare, isReached, type Share, shareOf } from './judge-score.ts'
import { type Gap, pointsOf } from './measure-gap.ts'
import type { Miss, ScoredCase, SetScore } from './score-set.ts'

/** The tables of one set: by source and by kind of difficulty, met / stated in each column. */
export function describeTables({ cases, threads }: SetScore): string {
  const exact = new Map(threads.map(one => [one.source, { met: one.exact, stated: one.corpora }]))
  const bySource = Map.groupBy(cases, one => one.source)
  const byKind = Map.groupBy(cases, difficultyOf)
  return [
    line('source', ['cases', ...Object.keys(ASPECTS), 'charset', 'threads']),
    ...[...bySource].map(([source, some]) => rowOf(source, some, exact.get(source))),
    '',
    line('difficulty', ['cases', ...Object.keys(ASPECTS), 'charset']),
    ...[...byKind].sort(([a], [b]) => a.localeCompare(b)).map(([kind, some]) => rowOf(kind, some)),
  ].join('\n')
}

/** Every expectation that was not met, with a short reason. */
export function describeMisses({ cases, threads }: SetScore): string {
  const misses = cases.flatMap(({ source, row, misses: some }) =>
    some.map(miss => `  ${source}/${row.file} ${miss.key}: ${reasonOf(miss)}`),
  )
  return [...misses, ...threads.flatMap(one => one.misses.map(miss => `  ${miss}`))].join('\n')
}

/** The aims with what was reached. */
export function describeAims(aims: readonly Aim[]): string {
  return aims
    .map(aim => {
      const { met, stated } = aim.share
      const least = `aim ${(aim.least * 100).toFixed(0)} %`
      return `${isReached(aim) ? 'reached' : 'MISSED '} ${aim.name.padEnd(30)} ${percent(aim.share).padStart(7)}  ${met} of ${stated}, ${least}`
    })
    .join('\n')
}

/** The mails as they stand beside the same mails written anew, and the gap in points. */
export function describeGaps(gaps: readonly Gap[]): string {
  const rows = gaps.map(gap => {
    const shares = [gap.origins, gap.rewrites].map(
      share => `${fraction(share)} ${percent(share).padStart(7)}`,
    )
    return line(gap.name, [
      ...shares.map(text => text.padStart(18)),
      `${pointsOf(gap).toFixed(1)} points`.padStart(14),
    ])
  })
  return ['as they stand and written anew', ...rows].join('\n')
}

/** A share as `97.3 %`. */
function percent({ met, stated }: Share): string {
  return stated === 0 ? '–' : `${((100 * met) / stated).toFixed(1)} %`
}

function rowOf(name: string, cases: readonly ScoredCase[], threads?: Share): string {
  const shares = Object.values(ASPECTS).map(keys => shareOf(cases, keys))
  const more = [charsetShare(cases), ...(threads ? [threads] : [])]
  return line(name, [String(cases.length), ...[...shares, ...more].map(fraction)])
}

function fraction({ met, stated }: Share): string {
  return stated === 0 ? '' : `${met}/${stated}`
}

function line(name: string, columns: readonly string[]): string {
  return [name.padEnd(32), ...columns.map(text => text.padStart(11))].join('').trimEnd()
}

function reasonOf({ key, want, got }: Miss): string {
  if (key === 'FFFD') return `U+FFFD that is not in the bytes, in ${want}`
  if (key === 'HANG' || key === 'CRASH') return want || 'over the time limit'
  if (got === '' || got === 'undefined' || got === '""' || got === '[]')
    return `nothing read; wanted ${short(want)}`
  if (key.startsWith('reply_')) return replyReason(want, got)
  if (/^is_/.test(key)) return `taken for ${want === 'true' ? 'something else' : 'one'}`
  return `wanted ${short(want)}, got ${short(got)}`
}

function replyReason(want: string, got: string): string {
  const [wanted, given] = [lettersOf(want), lettersOf(got)]
  if (given.startsWith(wanted)) return `too much shown: ${short(got.slice(-70))}`
  if (wanted.startsWith(given)) return `too much folded: ${short(want.slice(-70))}`
  return `wanted ${short(want)}, got ${short(got)}`
}

// The harness writes the first 220 characters of a value as JSON.
function lettersOf(json: string): string {
  return json.replace(/\\[nrt]/g, ' ').replace(/[^\p{L}\p{N}]/gu, '')
}

function short(text: string): string {
  return text.length > 90 ? `${text.slice(0, 90)}…` : text
}
