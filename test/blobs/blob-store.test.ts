import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BlobStore, openBlobStore, type StoredBlob } from '../../src/blobs/blob-store.ts'
import { openPackWriter } from '../../src/blobs/pack-writer.ts'
import { packPath, parsePlace, readFrame, readFrameAtOnce } from '../../src/blobs/packs.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let root: string
const log = createLog({ level: 'silent' })
let lastInstance = 0

beforeAll(async () => {
  database = await createDatabase()
  root = await mkdtemp(join(tmpdir(), 'letterdesk-blobs-'))
})

afterAll(async () => {
  await database.drop()
  await rm(root, { recursive: true, force: true })
})

function openStore(): Promise<BlobStore> {
  lastInstance += 1
  return openBlobStore({ root, db: database.db, instanceId: lastInstance, clock: systemClock, log })
}

test('what was put comes back byte for byte, text, noise and nothing alike', async () => {
  const store = await openStore()
  const batch = [Buffer.from('Subject: Ж\r\n\r\n'.repeat(500)), randomBytes(40_000), Buffer.alloc(0)]

  const stored = await store.put(batch)

  const read = await Promise.all(stored.map(blob => store.read(blob.id)))
  expect(read.every((bytes, at) => bytes.equals(batch[at] ?? Buffer.from('?')))).toBe(true)
  expect(stored.map(blob => blob.codec)).toEqual(['zstd', 'none', 'none'])
  expect(stored.map(blob => blob.sizeBytes)).toEqual(batch.map(bytes => bytes.length))
  await store.close()
})

test('equal bytes share one row, within a batch, between batches and between nodes', async () => {
  const [one, other] = [await openStore(), await openStore()]
  const bytes = randomBytes(1000)

  const [first, again] = await one.put([bytes, bytes])
  const [, elsewhere] = await Promise.all([one.put([bytes]), other.put([bytes])])

  expect(again?.id).toBe(first?.id)
  expect(elsewhere[0]?.id).toBe(first?.id)
  await Promise.all([one.close(), other.close()])
})

test('a batch is one range after another of one pack, and many batches at once do not mix', async () => {
  const store = await openStore()
  const batches = Array.from({ length: 20 }, () => Array.from({ length: 10 }, () => randomBytes(500)))

  const stored = await Promise.all(batches.map(batch => store.put(batch)))

  const places = stored.map(batch => batch.map(blob => parsePlace(blob.place)))
  for (const batch of places) {
    expect(batch.map(place => place.offset)).toEqual(batch.map((_, at) => (batch[0]?.offset ?? 0) + at * 500))
  }
  const blobs = stored.flat()
  const read = await Promise.all(blobs.map(blob => store.read(blob.id)))
  expect(read.every((bytes, at) => bytes.equals(batches.flat()[at] ?? Buffer.from('?')))).toBe(true)
  await store.close()
})

test('a store opened again writes a new pack and reads the old ones', async () => {
  const first = await openStore()
  const [old] = await first.put([Buffer.from('kept over a restart')])
  await first.close()

  const second = await openBlobStore({
    root,
    db: database.db,
    instanceId: lastInstance,
    clock: systemClock,
    log,
  })
  const [fresh] = await second.put([Buffer.from('written after it')])

  expect((await second.read(old?.id ?? 0)).toString()).toBe('kept over a restart')
  expect(parsePlace(fresh?.place ?? '').pack).not.toBe(parsePlace(old?.place ?? '').pack)
  await second.close()
})

test('a pack is closed when it is full or old, and its bytes are never written again', async () => {
  let nowMs = 0
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-packs-'))
  const clock = { now: () => new Date('2026-11-05T00:00:00Z'), monotonicMs: () => nowMs }
  const writer = openPackWriter({ root: folder, instanceId: 3, clock, log, mostBytes: 100, mostAgeMs: 1000 })

  const places = [
    ...(await writer.append([Buffer.alloc(60, 1)])),
    ...(await writer.append([Buffer.alloc(60, 2)])),
  ]
  places.push(...(await writer.append([Buffer.alloc(10, 3)])))
  nowMs = 1001
  places.push(...(await writer.append([Buffer.alloc(10, 4)])))

  expect(places).toEqual([
    'pack:2026-11/3-1:0:60',
    'pack:2026-11/3-1:60:60',
    'pack:2026-11/3-2:0:10',
    'pack:2026-11/3-3:0:10',
  ])
  expect(await readdir(join(folder, 'packs', '2026-11'))).toHaveLength(3)
  await writer.close()
  await rm(folder, { recursive: true })
})

test('a shortened pack, a changed byte and a place outside the packs are named, never read as mail', async () => {
  const store = await openStore()
  const [short] = await store.put([Buffer.from('short '.repeat(100))])
  const cut = packPath(root, parsePlace(short?.place ?? '').pack)
  await truncate(cut, (await stat(cut)).size - 1)
  const other = await openStore()
  const [changed] = await other.put([randomBytes(200)])
  const damaged = packPath(root, parsePlace(changed?.place ?? '').pack)
  const bytes = await readFile(damaged)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  await writeFile(damaged, bytes)

  const faults = [
    store.read(short?.id ?? 0),
    store.read(changed?.id ?? 0),
    readFrame(root, 'pack:../../etc/passwd:0:5', 'none'),
    store.read(999_999),
    Promise.resolve().then(() => readFrameAtOnce(root, short?.place ?? '', short?.codec ?? '')),
    Promise.resolve().then(() => readFrameAtOnce(root, 'pack:../../etc/passwd:0:5', 'none')),
  ].map(read =>
    read.then(
      () => 'read',
      (fault: { code: string }) => fault.code,
    ),
  )

  expect(await Promise.all(faults)).toEqual([
    'blob-lost',
    'blob-lost',
    'bad-blob-place',
    'not-found',
    'blob-lost',
    'bad-blob-place',
  ])
  await Promise.all([store.close(), other.close()])
})

test('bytes marked lost are written again under the row that named them', async () => {
  const store = await openStore()
  const bytes = Buffer.from('fetched again '.repeat(50))
  const [lost] = await store.put([bytes])
  await sql`update blob set lost_at = clock_timestamp() where id = ${lost?.id}`.execute(database.db)

  const [again] = await store.put([bytes])

  expect(again?.id).toBe(lost?.id)
  expect(again?.place).not.toBe(lost?.place)
  expect((await store.read(again?.id ?? 0)).equals(bytes)).toBe(true)
  await store.close()
})

test('bytes that nothing holds any more are freed: their row at once, their place on the disk within the day', async () => {
  const [writing, freeing] = [await openStore(), await openStore()]
  const [kept, loose, held, wanted] = Array.from({ length: 4 }, () => randomBytes(2_000)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  const stored = await writing.put([kept, loose, held, wanted])
  const ids = stored.map(({ id }) => id)
  const left = ids.filter((_, at) => at !== 1)
  const { pack } = parsePlace(stored[0]?.place ?? '')
  const { db } = database
  await sql`insert into agent (email, name, role, state) values ('free@desk.test', 'Free', 'agent', 'active')`.execute(
    db,
  )
  await sql`insert into upload (id, agent_id, blob_id, filename, content_type, size_bytes)
    select gen_random_uuid(), agent.id, ${ids[2]}, 'a.bin', 'x/y', 2000 from agent limit 1`.execute(db)
  await sql`insert into loose_blob (blob_id) select unnest(${ids.slice(1)}::bigint[])`.execute(db)
  const free = () => freeing.free(() => false)
  await free()
  const young = await countBlobs(ids)
  await sql`update blob set created_at = created_at - interval '2 hours'`.execute(db)
  await writing.put([wanted])
  const blobIds = await rowsAfter(free, ids)
  const file = packPath(root, pack)
  await sql`update spent_pack set since = since - interval '7 hours'`.execute(db)
  await free()
  const stillWritten = (await stat(file)).size
  await utimes(file, new Date(), new Date(Date.now() - 3 * 3_600_000))

  await free()
  const moved = await Promise.all(left.map(id => writing.read(id)))
  const beforeTheHour = (await stat(file)).size
  const [late] = await writing.put([randomBytes(100)])
  await sql`update spent_pack set retired_at = retired_at - interval '2 hours'`.execute(db)
  await free()

  expect(young).toBe(4)
  expect(new Set(blobIds)).toEqual(new Set(left))
  expect([stillWritten, beforeTheHour, (await stat(file)).size]).toEqual([8_000, 8_000, 0])
  expect(moved.map((bytes, at) => bytes.equals([kept, held, wanted][at] ?? Buffer.alloc(0)))).toEqual([
    true,
    true,
    true,
  ])
  // Found before it was moved, as a reply that was taken for sending a while ago.
  expect(await writing.readFound(stored[0] as StoredBlob)).toEqual(kept)
  expect((await allBytes()).includes(loose)).toBe(false)
  expect((await allBytes()).includes(kept)).toBe(true)
  expect(parsePlace(late?.place ?? '').pack).not.toBe(pack)
  const [again] = await writing.put([loose])
  expect(await writing.read(again?.id ?? 0)).toEqual(loose)
  await Promise.all([writing.close(), freeing.close()])
})

test('a pack with bytes that cannot be read is not emptied, and they are not given up', async () => {
  const [writing, freeing] = [await openStore(), await openStore()]
  const bytes = randomBytes(2_000)
  const [kept, loose] = await writing.put([bytes, randomBytes(2_000)])
  const { pack } = parsePlace(kept?.place ?? '')
  const [file, away] = [packPath(root, pack), join(root, 'away')]
  await sql`insert into spent_pack (pack, since, retired_at)
    values (${pack}, now() - interval '9 hours', now() - interval '2 hours')`.execute(database.db)
  await writing.close()
  const free = () => freeing.free(() => false)

  await rename(file, away) // the disk is not there
  await free()
  await rename(away, file)
  await truncate(file, 2_000) // the second blob is lost, the first is not
  await free()
  const moved = await freeing.find(kept?.id ?? 0)
  await free()

  expect(parsePlace(moved.place).pack).not.toBe(pack)
  expect(await freeing.read(moved.id)).toEqual(bytes)
  expect((await stat(file)).size).toBe(2_000)
  const { rows } = await sql`select from blob where id = ${loose?.id ?? 0} and lost_at is null`.execute(
    database.db,
  )
  expect(rows).toHaveLength(1)
  await freeing.close()
})

async function countBlobs(ids: readonly number[]): Promise<number> {
  return (await rowsAfter(async () => undefined, ids)).length
}

async function rowsAfter(act: () => Promise<unknown>, ids: readonly number[]): Promise<number[]> {
  await act()
  const { rows } = await sql<{
    id: number
  }>`select id from blob where id = any(${[...ids]}::bigint[]) order by id`.execute(database.db)
  return rows.map(({ id }) => id)
}

async function allBytes(): Promise<Buffer> {
  const names = (await readdir(root, { recursive: true })).filter(name => name.endsWith('.pack'))
  return Buffer.concat(await Promise.all(names.map(name => readFile(join(root, name)))))
}
