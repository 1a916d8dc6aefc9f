import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { corpusDir } from '../support/corpus.ts'

/** One case of a set: a mail or a body, and what its source states of it under the harness's keys. */
export type CaseRow = { file: string; kind: string; tags?: string[] } & Record<string, unknown>

/** An expectation that was not met, in the harness's words. */
export type Miss = { key: string; want: string; got: string }

/** A case with what became of each of its expectations. */
export type ScoredCase = {
  source: string
  row: CaseRow
  /** The keys that the harness compares. */
  stated: string[]
  misses: Miss[]
}

/** A source's threads: how many corpora came out exactly, and the words on those that did not. */
export type ThreadScore = { source: string; corpora: number; exact: number; misses: string[] }

/** What the harness found on one set. */
export type SetScore = {
  dir: string
  total: Totals
  cases: ScoredCase[]
  threads: ThreadScore[]
}

/** The harness's own sums: `[met, stated]` by key. */
export type Totals = {
  messages: number
  cases: number
  crash: number
  hang: number
  fffd: number
  parse_cases: number
  parse_met: number
  keys: Record<string, [number, number]>
}

type Written = {
  total: Totals
  sources: Record<string, Totals & { threads?: { corpora: number; exact: number } }>
}

/** Misses that are no stated expectation: they are about the case as a whole. */
export const WHOLE_CASE = ['HANG', 'CRASH', 'FFFD']

/**
 * Scores the product on a set of mails by the rules of the corpus's own harness, which is run as it is.
 *
 * @param dir one folder for each source, with `expectations.json`; the harness is taken from its `tools`,
 *   else from the open set
 * @throws when the harness fails, or when its sums are not the sums of its cases
 */
export async function scoreSet(dir: string): Promise<SetScore> {
  const work = await mkdtemp(join(tmpdir(), 'letterdesk-corpus-'))
  try {
    const [json, failures] = [join(work, 'score.json'), join(work, 'misses.txt')]
    await runHarness(dir, ['--json', json, '--failures', failures])
    const written = JSON.parse(await readFile(json, 'utf8')) as Written
    const lines = (await readFile(failures, 'utf8')).split('\n').filter(line => line !== '')
    const score = {
      dir,
      total: written.total,
      cases: await listCases(dir, written, lines),
      threads: listThreads(written, lines),
    }
    assertSums(score)
    return score
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function runHarness(dir: string, args: string[]): Promise<void> {
  const own = join(dir, 'tools/score.mjs')
  const harness = existsSync(own) ? own : join(corpusDir(), 'tools/score.mjs')
  const adapter = new URL('./adapter.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [harness, '--adapter', adapter, '--set', dir, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the harness ended with ${code}: ${harness} --set ${dir}`)
}

async function listCases(dir: string, written: Written, lines: readonly string[]): Promise<ScoredCase[]> {
  const missesOf = Map.groupBy(lines, line => line.slice(0, line.indexOf('\t')))
  const cases: ScoredCase[] = []
  for (const [source, totals] of Object.entries(written.sources)) {
    const rows = JSON.parse(await readFile(join(dir, source, 'expectations.json'), 'utf8')) as CaseRow[]
    for (const row of rows) {
      const stated = Object.keys(row).filter(key => key in totals.keys)
      cases.push({ source, row, stated, misses: (missesOf.get(`${source}/${row.file}`) ?? []).map(toMiss) })
    }
  }
  return cases
}

function toMiss(line: string): Miss {
  const [, key = '', want = '', got = ''] = line.split('\t')
  return { key, want: want.replace(/^want /, ''), got: got.replace(/^got /, '') }
}

function listThreads(written: Written, lines: readonly string[]): ThreadScore[] {
  return Object.entries(written.sources).flatMap(([source, { threads }]) => {
    if (!threads) return []
    const misses = lines.filter(line => line.startsWith(`${source}/`) && line.includes('\tTHREADS\t'))
    const { corpora, exact } = threads
    return [{ source, corpora, exact, misses: misses.map(line => line.replace('\tTHREADS\t', ': ')) }]
  })
}

/** The table is made of cases; it is true only while it says what the harness says. */
function assertSums({ total, cases }: SetScore): void {
  for (const [key, [met, stated]] of Object.entries(total.keys)) {
    const having = cases.filter(one => one.stated.includes(key))
    const missed = having.filter(one =>
      one.misses.some(
        miss =>
          miss.key === key ||
          (key === 'must_not_crash' && miss.key !== 'FFFD' && WHOLE_CASE.includes(miss.key)),
      ),
    )
    if (having.length !== stated || having.length - missed.length !== met) {
      throw new Error(
        `${key}: the harness says ${met} of ${stated}, its cases ${having.length - missed.length} of ${having.length}`,
      )
    }
  }
}
