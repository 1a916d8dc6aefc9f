import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Share, shareOf } from './judge-score.ts'
import { type Rewrite, writeRewrites } from './rewrite/write-rewrites.ts'
import { type ScoredCase, type SetScore, scoreSet } from './score-set.ts'

/** What of one kind of truth is met in the mails as they are, and in the same mails written anew. */
export type Gap = { name: string; origins: Share; rewrites: Share }

const AREAS: Record<string, RegExp> = {
  parses: /^(?!reply_(?!to$)|is_|bounce$|tnef|max_|must_)/,
  replies: /^reply_(?!to$)/,
  bounces: /^is_bounce$/,
  'bounce details': /^bounce$/,
  automatic: /^is_(auto|complaint)$/,
}

/**
 * Rewrites some of a set's mails and scores both sides on the same cases: a mail that is read right only
 * as it stands in the corpus was learned by heart.
 */
export async function measureGap(
  score: SetScore,
  options: { count: number; seed: number },
): Promise<{ gaps: Gap[]; score: SetScore }> {
  const dir = await mkdtemp(join(tmpdir(), 'letterdesk-rewrites-'))
  try {
    const rewrites = await writeRewrites(score, dir, options)
    const again = await scoreSet(dir)
    const gaps = Object.entries(AREAS).map(([name, keys]) => ({
      name,
      origins: shareOf(originsOf(rewrites, keys), keys),
      rewrites: shareOf(again.cases, keys),
    }))
    return { gaps: gaps.filter(gap => gap.rewrites.stated > 0), score: again }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The case of each rewrite that states something of an area, as often as it was rewritten. */
function originsOf(rewrites: readonly Rewrite[], keys: RegExp): ScoredCase[] {
  return rewrites.filter(({ row }) => Object.keys(row).some(key => keys.test(key))).map(one => one.origin)
}

/** The points by which the mails as they stand are read better than rewritten. */
export function pointsOf({ origins, rewrites }: Gap): number {
  return 100 * (origins.met / origins.stated - rewrites.met / rewrites.stated)
}
