import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { AppError } from '../lib/app-error.ts'
import { hashToken, keyFingerprint, open, seal, wrappingKey } from '../lib/secrets.ts'
import { type Db, inTransaction, type Tx } from './database.ts'

/** What a key is for; one is active per purpose, retired ones still open and verify. */
export const KEY_PURPOSES = ['credentials', 'tokens', 'sessions', 'links'] as const
export type KeyPurpose = (typeof KEY_PURPOSES)[number]

/** One unwrapped key: 32 bytes, named by its id in every ciphertext and token. */
export type RingKey = { id: number; secret: Buffer }

/** What reading the ring again brought. `unreadIds`: keys that this node's SECRET_KEY does not open. */
export type RingNews = { isChanged: boolean; unreadIds: number[] }

/** The keys of this workspace, unwrapped: those of the start, and those made since, as far as this process has read them. */
export type KeyRing = {
  /** The key that new ciphertexts and tokens are made with. */
  active: (purpose: KeyPurpose) => RingKey
  /** Every key of a purpose, the newest first, retired ones too: for opening and verifying. Never one that is revoked. */
  all: (purpose: KeyPurpose) => readonly RingKey[]
  /** Reads what became of the ring elsewhere. @param db in place of the ring's own: a transaction reads by its connection */
  refresh: (db?: Db) => Promise<RingNews>
  /** A fresh key as it is to be stored, and which SECRET_KEY wrapped it. */
  wrapNew: (purpose: KeyPurpose) => { wrapped: Buffer; fingerprint: string }
}

type StoredKey = {
  id: number
  purpose: string
  wrapped: Buffer
  retired_at: Date | null
  revoked_at: Date | null
}
type OpenKey = StoredKey & { secret: Buffer }

/**
 * Opens the ring, and makes the first keys of a new workspace. With `oldSecretKey` the ring is
 * rewrapped under `secretKey` in the same transaction.
 *
 * @throws AppError `wrong-secret-key` when neither key is the one this database was made with
 */
export async function openKeyRing(
  db: Db,
  options: { secretKey: string; oldSecretKey: string | null },
): Promise<KeyRing> {
  const keys = await inTransaction(db, async tx => {
    const known = await sql<{ secret_key_fingerprint: string | null }>`
      select secret_key_fingerprint from workspace where id = 1 for update`.execute(tx)
    await claimFingerprint(tx, known.rows[0]?.secret_key_fingerprint ?? null, options)
    await makeMissingKeys(tx, options.secretKey)
    return (await readKeys(tx)).map(row => ({ ...row, secret: unwrap(options.secretKey, row) }))
  })
  return ringOf(db, options.secretKey, keys)
}

/** A key by its id. One this process does not know is looked for again: another may have made it a moment ago. */
export async function findKey(
  keys: KeyRing,
  purpose: KeyPurpose,
  id: number | null,
): Promise<RingKey | undefined> {
  if (id === null) return undefined
  const find = () => keys.all(purpose).find(key => key.id === id)
  const known = find()
  if (known !== undefined) return known
  await keys.refresh()
  return find()
}

/**
 * Finds what a token opens, by the hashes it has under every key of a purpose; once more where another process has made
 * a key meanwhile.
 *
 * @param find gets the hashes, that of the newest key first
 */
export async function findByToken<Found>(
  { db, keys }: { db: Db; keys: KeyRing },
  { purpose, token }: { purpose: KeyPurpose; token: string },
  find: (hashes: Buffer[]) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const look = () => find(keys.all(purpose).map(key => hashToken(key.secret, token)))
  const found = await look()
  if (found !== undefined) return found
  return (await keys.refresh(db)).isChanged ? await look() : undefined
}

async function claimFingerprint(
  tx: Tx,
  known: string | null,
  options: { secretKey: string; oldSecretKey: string | null },
): Promise<void> {
  const mine = keyFingerprint(options.secretKey)
  if (known === mine) return
  if (known !== null) await rewrap(tx, known, options)
  await sql`update workspace set secret_key_fingerprint = ${mine} where id = 1`.execute(tx)
}

async function rewrap(
  tx: Tx,
  known: string,
  options: { secretKey: string; oldSecretKey: string | null },
): Promise<void> {
  const { secretKey, oldSecretKey } = options
  if (oldSecretKey === null || keyFingerprint(oldSecretKey) !== known) {
    throw new AppError(
      'wrong-secret-key',
      'SECRET_KEY is not the one this database was made with: give the former key, or both (SECRET_KEY_OLD) to change it',
    )
  }
  for (const row of await readKeys(tx)) {
    const wrapped = wrap(secretKey, row.purpose, unwrap(oldSecretKey, row))
    await sql`update key_ring set wrapped = ${wrapped} where id = ${row.id}`.execute(tx)
  }
}

async function makeMissingKeys(tx: Tx, secretKey: string): Promise<void> {
  for (const purpose of KEY_PURPOSES) {
    const wrapped = wrap(secretKey, purpose, randomBytes(32))
    await sql`
      insert into key_ring (purpose, wrapped) select ${purpose}, ${wrapped}
      where not exists (select 1 from key_ring where purpose = ${purpose} and retired_at is null)`.execute(tx)
  }
}

async function readKeys(db: Db): Promise<StoredKey[]> {
  const { rows } = await sql<StoredKey>`
    select id, purpose, wrapped, retired_at, revoked_at from key_ring order by id desc`.execute(db)
  return rows
}

function wrap(secretKey: string, purpose: string, secret: Buffer): Buffer {
  return seal(wrappingKey(secretKey), secret, `key_ring|${purpose}`)
}

function unwrap(secretKey: string, row: StoredKey): Buffer {
  return open(wrappingKey(secretKey), row.wrapped, `key_ring|${row.purpose}`)
}

function ringOf(ownDb: Db, secretKey: string, opened: readonly OpenKey[]): KeyRing {
  let keys = opened
  let begunNo = 0
  let takenNo = 0
  const all = (purpose: KeyPurpose) =>
    keys
      .filter(key => key.purpose === purpose && key.revoked_at === null)
      .map(({ id, secret }) => ({ id, secret }))
  const active = (purpose: KeyPurpose) => {
    const ofPurpose = keys.filter(key => key.purpose === purpose)
    // The newest one serves where the active one cannot be read: what needs no key must go on.
    const key = ofPurpose.find(candidate => candidate.retired_at === null) ?? ofPurpose[0]
    if (!key) throw new RangeError(`no active key for ${purpose}`)
    return { id: key.id, secret: key.secret }
  }
  const refresh = async (db: Db = ownDb) => {
    begunNo += 1
    const no = begunNo
    const { read, unreadIds } = openRead(secretKey, keys, await readKeys(db))
    if (no < takenNo) return { isChanged: true, unreadIds } // a later look was faster
    takenNo = no
    const isChanged = stateOf(read) !== stateOf(keys)
    keys = read
    return { isChanged, unreadIds }
  }
  const wrapNew = (purpose: KeyPurpose) => ({
    wrapped: wrap(secretKey, purpose, randomBytes(32)),
    fingerprint: keyFingerprint(secretKey),
  })
  return { active, all, refresh, wrapNew }
}

/** What is known already is not unwrapped again: it may meanwhile be wrapped under another SECRET_KEY. */
function openRead(
  secretKey: string,
  known: readonly OpenKey[],
  stored: readonly StoredKey[],
): { read: OpenKey[]; unreadIds: number[] } {
  const secrets = new Map(known.map(key => [key.id, key.secret]))
  const read: OpenKey[] = []
  const unreadIds: number[] = []
  for (const row of stored) {
    try {
      read.push({ ...row, secret: secrets.get(row.id) ?? unwrap(secretKey, row) })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      unreadIds.push(row.id)
    }
  }
  return { read, unreadIds }
}

function stateOf(keys: readonly OpenKey[]): string {
  return keys.map(({ id, retired_at, revoked_at }) => `${id} ${retired_at} ${revoked_at}`).join()
}
