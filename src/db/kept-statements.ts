import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'

const MARK = '/* kept */'
const markedWithin = 40
// Texts are constant; one that is put together anew each time must not fill the server's memory.
const mostStatements = 200

/**
 * Written into a statement that runs for each mail or hint: each connection has it planned once and keeps the plan,
 * where planning costs more than running it. Its text must be the same every time: lists go in as one parameter.
 */
export const kept = sql.raw(MARK)

/**
 * A value of a kept statement that the planner does not see. Of a plan for any values Postgres knows no more than usual
 * shares; where one for the values at hand looks cheaper, it plans each time anew: it takes planning for a tenth of what it
 * costs (`choose_custom_plan` in plancache.c, Postgres 15 to 18). Out of its sight both look alike, and one plan is kept.
 */
export function unseen(value: unknown, type: 'bigint' | 'bigint[]' | 'text' | 'text[]'): RawBuilder<unknown> {
  return sql`(select ${value}::${sql.raw(type)})`
}

const names = new Map<string, string>()

/** The name under which a connection keeps the statement; undefined for all others. */
function nameOf(text: string): string | undefined {
  if (!text.slice(0, markedWithin).includes(MARK)) return undefined
  const known = names.get(text)
  if (known !== undefined || names.size >= mostStatements) return known
  const name = `kept-${names.size + 1}`
  names.set(text, name)
  return name
}

/** A connection that keeps the plans of `kept` statements. */
export class KeepingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver's method, passed on as they come
  override query(...given: any[]): any {
    const [text, values, ...rest] = given
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined
    const asked = name === undefined ? given : [{ name, text, values }, ...rest]
    return super.query(...(asked as Parameters<pg.Client['query']>))
  }
}
