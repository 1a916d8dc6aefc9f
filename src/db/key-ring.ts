import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { AppError } from '../lib/app-error.ts'
import { keyFingerprint, open, seal, wrappingKey } from '../lib/secrets.ts'
import { type Db, inTransaction, type Tx } from './database.ts'

/** What a key is for; one is active per purpose, retired ones still open and verify. */
export const KEY_PURPOSES = ['credentials', 'tokens', 'sessions', 'links'] as const
export type KeyPurpose = (typeof KEY_PURPOSES)[number]

/** One unwrapped key: 32 bytes, named by its id in every ciphertext and token. */
export type RingKey = { id: number; secret: Buffer }

/** The keys of this workspace, unwrapped once at start. */
export type KeyRing = {
  /** The key that new ciphertexts and tokens are made with. */
  active: (purpose: KeyPurpose) => RingKey
  /** Every key of a purpose, retired ones too: for opening and verifying. */
  all: (purpose: KeyPurpose) => readonly RingKey[]
}

type StoredKey = { id: number; purpose: string; wrapped: Buffer; retired_at: Date | null }

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
    const stored =
      await sql<StoredKey>`select id, purpose, wrapped, retired_at from key_ring order by id`.execute(tx)
    return stored.rows.map(row => ({ ...row, secret: unwrap(options.secretKey, row) }))
  })
  return ringOf(keys)
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
  const stored =
    await sql<StoredKey>`select id, purpose, wrapped, retired_at from key_ring order by id`.execute(tx)
  for (const row of stored.rows) {
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

function wrap(secretKey: string, purpose: string, secret: Buffer): Buffer {
  return seal(wrappingKey(secretKey), secret, `key_ring|${purpose}`)
}

function unwrap(secretKey: string, row: StoredKey): Buffer {
  return open(wrappingKey(secretKey), row.wrapped, `key_ring|${row.purpose}`)
}

function ringOf(keys: readonly (StoredKey & { secret: Buffer })[]): KeyRing {
  const all = (purpose: KeyPurpose) =>
    keys.filter(key => key.purpose === purpose).map(({ id, secret }) => ({ id, secret }))
  const active = (purpose: KeyPurpose) => {
    const key = keys.find(candidate => candidate.purpose === purpose && candidate.retired_at === null)
    if (!key) throw new AppError('no-active-key', `no active key for ${purpose}`, { purpose })
    return { id: key.id, secret: key.secret }
  }
  return { active, all }
}
