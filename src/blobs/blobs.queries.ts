import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** A row of `blob`. */
export type BlobRow = {
  id: number
  sha256: Buffer
  size_bytes: number
  codec: string
  place: string
  lost_at: Date | null
}

/** The row of one blob, also of a lost one; undefined when there is none. */
export async function findBlob(db: Db, id: number): Promise<BlobRow | undefined> {
  const found = await sql<BlobRow>`${kept}
    select id, sha256, size_bytes, codec, place, lost_at from blob where id = ${id}`.execute(db)
  return found.rows[0]
}

/** The rows of these bytes that are not lost, in no order. */
export async function findBlobsBySha256(db: Db, hashes: readonly Buffer[]): Promise<BlobRow[]> {
  const found = await sql<BlobRow>`${kept}
    select id, sha256, size_bytes, codec, place, lost_at from blob
    where sha256 = any(${hashes}::bytea[]) and lost_at is null`.execute(db)
  return found.rows
}

/**
 * The rows of these bytes as `findBlobsBySha256` reads them, noted as wanted: whoever frees bytes leaves them for an
 * hour. In the order of their hashes, as above.
 */
export async function touchBlobsBySha256(db: Db, hashes: readonly Buffer[]): Promise<BlobRow[]> {
  const found = await sql<BlobRow>`${kept}
    with known as materialized (
      select id from blob where sha256 = any(${hashes}::bytea[]) and lost_at is null
      order by sha256 for no key update)
    update blob set wanted_at = clock_timestamp() from known where blob.id = known.id
    returning blob.id, sha256, size_bytes, codec, place, lost_at`.execute(db)
  return found.rows
}

/**
 * Enters new bytes, ordered by hash so that two batches never wait for each other in a circle. A hash
 * that came in meanwhile keeps its row and place; a lost one gets the new place. What lies in a pack that is being emptied
 * gets no row.
 *
 * @returns the rows that are new or mended
 */
export async function insertBlobs(
  db: Db,
  blobs: readonly { sha256: Buffer; sizeBytes: number; codec: string; place: string }[],
): Promise<BlobRow[]> {
  const entered = await sql<BlobRow>`${kept}
    insert into blob (sha256, size_bytes, codec, place)
    select * from unnest(
      ${blobs.map(blob => blob.sha256)}::bytea[], ${blobs.map(blob => blob.sizeBytes)}::bigint[],
      ${blobs.map(blob => blob.codec)}::text[], ${blobs.map(blob => blob.place)}::text[]
    ) as given (sha256, size_bytes, codec, place)
    where not exists (select from spent_pack s where s.pack = split_part(place, ':', 2) and s.retired_at is not null)
    order by sha256
    on conflict (sha256) do update set place = excluded.place, codec = excluded.codec, lost_at = null
    where blob.lost_at is not null
    returning id, sha256, size_bytes, codec, place, lost_at`.execute(db)
  return entered.rows
}
