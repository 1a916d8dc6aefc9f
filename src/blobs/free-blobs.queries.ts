import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/**
 * Deletes loose blobs that nothing refers to and nobody stored again within the hour, and enters their packs as spent.
 * Blobs that something holds are loose no more. Rows that a reference is being written to are left for the next time.
 *
 * @returns how many were looked at
 */
export async function freeLoose(db: Db, rowLimit: number): Promise<number> {
  const { rows } = await sql<{ looked: number }>`
    with due as materialized (
      select b.id, b.place from loose_blob l join blob b on b.id = l.blob_id
      where coalesce(b.wanted_at, b.created_at) < clock_timestamp() - interval '1 hour'
      order by l.since, l.blob_id limit ${rowLimit} for update of b skip locked
    ), held as materialized (
      select id from due where exists (select from message where raw_blob_id = due.id)
        or exists (select from attachment where blob_id = due.id)
        or exists (select from upload where blob_id = due.id)
        or exists (select from mail_instance where raw_blob_id = due.id)
        or exists (select from outbox where bytes_blob_id = due.id)
    ), kept as (
      delete from loose_blob where blob_id in (select id from held)
    ), gone as (
      delete from blob where id in (select id from due except select id from held) returning place
    ), spent as (
      insert into spent_pack (pack) select distinct split_part(place, ':', 2) from gone on conflict (pack) do nothing
    )
    select count(*) as looked from due`.execute(db)
  return rows[0]?.looked ?? 0
}

/** Packs that have held bytes of nobody for so long and still take new ones, and those that are to be emptied. */
export async function selectSpent(
  db: Db,
  by: { spentMs: number; rowLimit: number },
): Promise<{ pack: string; isRetired: boolean; isQuiet: boolean }[]> {
  const { rows } = await sql<{ pack: string; isRetired: boolean; isQuiet: boolean }>`
    select pack, retired_at is not null as "isRetired",
      coalesce(retired_at < clock_timestamp() - interval '1 hour', false) as "isQuiet"
    from spent_pack where emptied_at is null and since < clock_timestamp() - make_interval(secs => ${by.spentMs / 1000})
      and (claimed_until is null or claimed_until < clock_timestamp())
    order by since, pack limit ${by.rowLimit}`.execute(db)
  return rows
}

/** Takes a spent pack in hand for ten minutes; false where another node has it. */
export async function claimSpent(db: Db, pack: string): Promise<boolean> {
  const claimed = await sql`
    update spent_pack set claimed_until = clock_timestamp() + interval '10 minutes',
      retired_at = coalesce(retired_at, clock_timestamp())
    where pack = ${pack} and emptied_at is null and (claimed_until is null or claimed_until < clock_timestamp())`.execute(
    db,
  )
  return claimed.numAffectedRows === 1n
}

/** Lets a spent pack go again. @param isEmptied its file is empty */
export async function releaseSpent(
  db: Db,
  pack: string,
  { isEmptied }: { isEmptied: boolean },
): Promise<void> {
  await sql`
    update spent_pack set claimed_until = null, emptied_at = case when ${isEmptied} then clock_timestamp() end
    where pack = ${pack}`.execute(db)
}

/** What of a pack is still somebody's, in the order of their places. @param after the place of the last one before */
export async function selectInPack(
  db: Db,
  pack: string,
  { after, rowLimit }: { after: string; rowLimit: number },
): Promise<{ id: number; place: string }[]> {
  const { rows } = await sql<{ id: number; place: string }>`
    select id, place from blob where place > ${after} and place >= ${`pack:${pack}:`} and place < ${`pack:${pack};`}
    order by place limit ${rowLimit}`.execute(db)
  return rows
}

/** Writes where bytes lie now. Of those that were freed meanwhile there is a copy more: their new packs are spent at once. */
export async function writePlaces(
  db: Db,
  moved: readonly { id: number; from: string; to: string }[],
): Promise<void> {
  await sql`
    with given as (
      select * from unnest(${moved.map(one => one.id)}::bigint[], ${moved.map(one => one.from)}::text[],
        ${moved.map(one => one.to)}::text[]) as given (id, old_place, new_place)
    ), written as (
      update blob set place = given.new_place from given where blob.id = given.id and blob.place = given.old_place
      returning blob.id)
    insert into spent_pack (pack) select distinct split_part(new_place, ':', 2) from given
    where id not in (select id from written) on conflict (pack) do nothing`.execute(db)
}
