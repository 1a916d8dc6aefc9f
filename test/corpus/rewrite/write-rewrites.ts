import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { seededRandom } from '../../support/mails.ts'
import type { CaseRow, ScoredCase } from '../score-set.ts'
import { isAutomatic, rewriteMail } from './rewrite-mail.ts'
import { rewriteReply } from './rewrite-reply.ts'

/** A rewrite and the case it was made of. */
export type Rewrite = { row: CaseRow; origin: ScoredCase }

// What is rewritten: replies have few truths and many ways to quote, bounces many truths of few kinds.
const LANES: readonly { share: number; holds: (row: CaseRow) => boolean }[] = [
  { share: 0.3, holds: row => row.kind !== 'message' },
  { share: 0.3, holds: row => row.kind === 'message' && isAutomatic(row) },
  { share: 0.4, holds: row => row.kind === 'message' && !isAutomatic(row) },
]

/**
 * Writes `count` rewrites of a set's cases as a set of their own: three in ten replies, three in ten
 * bounces and automatic mails, the rest mails of people; the sources of each in turn, so that none
 * outweighs the others. The same seed gives the same bytes.
 */
export async function writeRewrites(
  from: { dir: string; cases: readonly ScoredCase[] },
  to: string,
  options: { count: number; seed: number },
): Promise<Rewrite[]> {
  const random = seededRandom(options.seed)
  const rewrites: Rewrite[] = []
  let due = 0
  for (const { share, holds } of LANES) {
    due += share * options.count
    const queue = inTurn(
      from.cases.filter(one => isStating(one) && holds(one.row)),
      random,
    )
    await fillLane({ from: from.dir, to, queue, random }, rewrites, Math.round(due))
  }
  for (const [source, some] of Map.groupBy(rewrites, one => one.origin.source)) {
    await writeFile(join(to, source, 'expectations.json'), JSON.stringify(some.map(one => one.row)))
  }
  return rewrites
}

type Lane = { from: string; to: string; queue: readonly ScoredCase[]; random: () => number }

/** Rewrites the queue again and again until there are `due` rewrites, or none of it can be rewritten. */
async function fillLane(lane: Lane, rewrites: Rewrite[], due: number): Promise<void> {
  for (let before = -1; rewrites.length < due && rewrites.length > before; ) {
    before = rewrites.length
    for (const origin of lane.queue) {
      if (rewrites.length >= due) return
      const row = await rewrite(lane, origin, String(rewrites.length).padStart(4, '0'))
      if (row) rewrites.push({ row, origin })
    }
  }
}

/** Cases whose truth is about reading: robustness and threads need the mail as it is. */
function isStating({ row, stated }: ScoredCase): boolean {
  if (row.kind !== 'message') return 'reply_text' in row || 'reply_text_reference' in row
  return stated.some(key => !/^must_|^max_|^message_id$/.test(key))
}

/** One case of each source, then the next of each, in an order of the seed's. */
function inTurn(cases: readonly ScoredCase[], random: () => number): ScoredCase[] {
  const bySource = [...Map.groupBy(cases, one => one.source).values()]
  return bySource
    .flatMap(some => {
      const mixed = some.map(one => ({ one, at: random() })).sort((a, b) => a.at - b.at)
      return mixed.map(({ one }, index) => ({ one, at: index / some.length }))
    })
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

async function rewrite(lane: Lane, { row, source }: ScoredCase, name: string): Promise<CaseRow | undefined> {
  const made =
    row.kind === 'message'
      ? rewriteMail(await readFile(join(lane.from, source, row.file)), row, lane.random)
      : rewriteReply(row, lane.random)
  if (made === undefined) return undefined
  const file = row.kind === 'message' ? `eml/${name}.eml` : `body/${name}.${made.row.kind}`
  const path = join(lane.to, source, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, 'raw' in made ? made.raw : made.body)
  return { ...made.row, file }
}
