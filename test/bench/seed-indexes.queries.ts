import type { Client } from 'pg'

/** What a table had before it was filled: statements that bring it back, in their order. */
export type TakenAway = { statements: string[] }

/** A partition of search_row, taken off its table: where it belongs, for attaching it again. */
export type LoosePartition = { name: string; bound: string; from: string; to: string }

/**
 * Takes from tables what makes filling them slow and is made faster afterwards: foreign keys, and indexes no key rests
 * on. All within the caller's transaction: where it ends early, the tables are as they were.
 */
export async function takeIndexesAway(client: Client, tables: readonly string[]): Promise<TakenAway> {
  const keys = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and conrelid = any($1::regclass[])`,
    [tables],
  )
  const indexes = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index i where indrelid = any($1::regclass[])
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { table, name } of keys.rows) await client.query(`alter table ${table} drop constraint ${name}`)
  for (const { name } of indexes.rows) await client.query(`drop index ${name}`)
  return {
    statements: [
      ...indexes.rows.map(index => index.definition),
      ...keys.rows.map(key => `alter table ${key.table} add constraint ${key.name} ${key.definition}`),
    ],
  }
}

/** Makes again what was taken away; foreign keys are checked over all rows. */
export async function bringBack(client: Client, taken: TakenAway): Promise<void> {
  for (const statement of taken.statements) await client.query(statement)
}

/** Nobody has to make the words of what is seeded: they come with it. */
export async function stopNotingWords(client: Client): Promise<void> {
  await client.query(`alter table message disable trigger message_added_search`)
  await client.query(`alter table note disable trigger note_added_search`)
}

/** Notes again whose words are due, and that all there is so far has words of this version. */
export async function noteWordsAgain(client: Client, version: number): Promise<void> {
  await client.query(`alter table message enable trigger message_added_search`)
  await client.query(`alter table note enable trigger note_added_search`)
  await client.query(
    `insert into search_progress (version, message_below, note_below) values ($1, 0, 0)
     on conflict (version) do update set message_below = 0, note_below = 0`,
    [version],
  )
}

/** Takes the partitions of the index of words off their table, and their indexes off them. */
export async function loosenPartitions(client: Client): Promise<LoosePartition[]> {
  const { rows } = await client.query<{ name: string; bound: string }>(
    `select c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'search_row'::regclass`,
  )
  for (const { name } of rows) {
    await client.query(`alter table search_row detach partition ${name}`)
    const indexes = await client.query<{ name: string }>(
      `select indexrelid::regclass::text as name from pg_index where indrelid = $1::regclass`,
      [name],
    )
    for (const index of indexes.rows) await client.query(`drop index ${index.name}`)
  }
  return rows.map(({ name, bound }) => {
    const [, from = 'MINVALUE', to = 'MAXVALUE'] =
      /FROM \('?([^')]+)'?\) TO \('?([^')]+)'?\)/.exec(bound) ?? []
    return {
      name,
      bound,
      from: from === 'MINVALUE' ? '-infinity' : from,
      to: to === 'MAXVALUE' ? 'infinity' : to,
    }
  })
}

/** Puts a partition back, with the indexes its table has. */
export async function attachPartition(client: Client, { name, bound }: LoosePartition): Promise<void> {
  const { rows } = await client.query<{ definition: string }>(
    `select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'search_row'::regclass`,
  )
  for (const { definition } of rows) {
    // `CREATE INDEX name ON ONLY public.search_row USING …`: attaching takes an index like it for the partition's.
    await client.query(definition.replace(/^CREATE INDEX \S+ ON (?:ONLY )?\S+/, `create index on ${name}`))
  }
  await client.query(`alter table search_row attach partition ${name} ${bound}`)
}
