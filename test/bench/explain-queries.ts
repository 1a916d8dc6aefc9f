import { CompiledQuery, type KyselyPlugin, PostgresQueryCompiler, sql } from 'kysely'
import { type Db, inTransaction, type Tx } from '../../src/db/database.ts'
import type { HotQuery } from './hot-queries.ts'

const ofCatalogue = /\bpg_inherits\b/ // as large as it is, whatever the desk is like

/** How each statement of a query is carried out, in their order; those that only set something are left out. */
export type QueryPlans = { name: string; plans: string[] }

// Those of the database we carry that decide plans (src/db/embedded-place.ts); a server of tests has others.
const settings: Readonly<Record<string, string>> = {
  random_page_cost: '1.1',
  effective_cache_size: '512MB',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}

/**
 * Runs each query, and explains every statement it sent with the very values it sent, under the settings it made.
 *
 * @param how `plan`: shapes alone, without costs, sizes, moments and ids, so that they stay the same until a plan
 *   changes, and of `kept` statements the plan for any values; `times`: as it was run, with rows and milliseconds
 */
export async function explainQueries(
  db: Db,
  queries: readonly HotQuery[],
  how: 'plan' | 'times',
): Promise<QueryPlans[]> {
  const all: QueryPlans[] = []
  for (const { name, run } of queries) {
    const sent: CompiledQuery[] = []
    await run(db.withPlugin(recorder(sent)))
    all.push({ name, plans: await inTransaction(db, tx => explainAll(tx, sent, how)) })
  }
  return all
}

function recorder(sent: CompiledQuery[]): KyselyPlugin {
  const compiler = new PostgresQueryCompiler()
  return {
    transformQuery: ({ node, queryId }) => {
      sent.push(compiler.compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
}

async function explainAll(tx: Tx, sent: readonly CompiledQuery[], how: 'plan' | 'times'): Promise<string[]> {
  for (const [name, value] of Object.entries(settings))
    await sql`select set_config(${name}, ${value}, true)`.execute(tx)
  const plans: string[] = []
  for (const statement of sent) {
    if (statement.sql.includes('set_config(')) await tx.executeQuery(statement)
    else if (!ofCatalogue.test(statement.sql)) plans.push(await explain(tx, statement, how))
  }
  return how === 'plan' ? plans.sort() : plans // what is asked at once comes in any order
}

async function explain(tx: Tx, statement: CompiledQuery, how: 'plan' | 'times'): Promise<string> {
  // `explain analyze` carries it out: of what changes rows the plan alone is told.
  const isRead =
    /^\s*(?:\/\*.*?\*\/\s*)?(?:select|with)\b/i.test(statement.sql) &&
    !/\b(?:update|delete|insert)\b/i.test(statement.sql)
  const options = how === 'times' && isRead ? 'analyze, costs off, buffers off' : 'costs off'
  const isKept = how === 'plan' && statement.sql.startsWith('/* kept */')
  const { rows } = isKept
    ? await explainKept(tx, statement)
    : await tx.executeQuery<PlanLine>(
        CompiledQuery.raw(`explain (${options}) ${statement.sql}`, [...statement.parameters]),
      )
  const text = rows.map(row => row['QUERY PLAN']).join('\n')
  return how === 'plan' ? shapeOf(text) : text
}

type PlanLine = { 'QUERY PLAN': string }

/** The plan that a connection keeps is one for any values. */
async function explainKept(tx: Tx, { sql: text, parameters }: CompiledQuery) {
  await sql`set local plan_cache_mode = force_generic_plan`.execute(tx)
  await tx.executeQuery(CompiledQuery.raw(`prepare explained as ${text}`))
  const nulls = parameters.map(() => 'null').join()
  const plan = await tx.executeQuery<PlanLine>(
    CompiledQuery.raw(`explain (costs off) execute explained${nulls === '' ? '' : `(${nulls})`}`),
  )
  await sql`deallocate explained`.execute(tx)
  return plan
}

/**
 * A plan without what changes from day to day: conditions keep their columns and lose their values; partitions are all
 * called one name, and those that are read alike stand once.
 */
export function shapeOf(plan: string): string {
  const lines = plan.split('\n').map(line =>
    line
      .replace(/'(?:[^']|'')*'/g, '?')
      .replace(/\{[^}]*\}/g, '?')
      .replace(/(?<![\w.$])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/g, '?')
      .replace(/_(?:\d{4}q\d|\d{8}|before_2000)(?:_\w+?_idx\d*)?\b/g, '_part')
      .replace(/\b(s|e|search_row|live_event)_\d+\b/g, '$1')
      .trimEnd(),
  )
  return dropRepeats(lines).join('\n')
}

/** Neighbours that are the same, children included, as those of an Append over partitions. */
function dropRepeats(lines: readonly string[]): string[] {
  const kept: string[] = []
  const blocks = blocksOf(lines)
  for (const [at, block] of blocks.entries()) {
    if (at > 0 && block.join('\n') === blocks[at - 1]?.join('\n')) continue
    const [head = '', ...rest] = block
    kept.push(head, ...(rest.length > 0 ? dropRepeats(rest) : []))
  }
  return kept
}

/** A line with all that stands deeper than it. */
function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = []
  let depth = -1
  for (const line of lines) {
    const own = line.search(/\S/)
    if (depth === -1 || own <= depth) {
      blocks.push([line])
      depth = own
    } else blocks.at(-1)?.push(line)
  }
  return blocks
}

/** Plans as people read them; one that stands above already is named only. */
export function describePlans(explained: readonly QueryPlans[]): string {
  const known = new Map<string, string>()
  const lines = explained.map(({ name, plans }) => {
    const told = plans.map(plan => {
      const before = known.get(plan)
      known.set(plan, before ?? name)
      return before === undefined ? plan : `(as above: ${before})`
    })
    return `# ${name}\n\n${told.join('\n\n')}\n`
  })
  return lines.join('\n')
}
