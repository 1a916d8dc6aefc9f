import { sql } from 'kysely'
import { AppError } from '../lib/app-error.ts'
import type { Db, Tx } from './database.ts'
import type { KeyPurpose, KeyRing } from './key-ring.ts'

/** What is known of a key of the ring without opening it, the newest first of its purpose. */
export type KeyState = {
  id: number
  purpose: KeyPurpose
  madeAt: Date
  retiredAt: Date | null
  revokedAt: Date | null
}

/** A new active key, and what became of those before it. */
export type Rotation = { id: number; retiredIds: number[]; revokedIds: number[] }

/**
 * Makes a new active key for a purpose. The former one is retired: it makes nothing more, and goes on opening and verifying
 * what it made. Running nodes hear of it with the commit.
 *
 * @param wish.former `revoked`: every former key of the purpose counts as known to somebody else, and nothing of theirs holds
 * @throws AppError `wrong-secret-key` when SECRET_KEY was changed since the ring was opened
 */
export async function rotateKey(
  tx: Tx,
  keys: KeyRing,
  { purpose, former }: { purpose: KeyPurpose; former: 'retired' | 'revoked' },
): Promise<Rotation> {
  const { wrapped, fingerprint } = keys.wrapNew(purpose)
  await lockRing(tx, fingerprint)
  const retired = await sql<{ id: number }>`
    update key_ring set retired_at = clock_timestamp()
    where purpose = ${purpose} and retired_at is null returning id`.execute(tx)
  const made = await sql<{ id: number }>`
    insert into key_ring (purpose, wrapped) values (${purpose}, ${wrapped}) returning id`.execute(tx)
  const id = made.rows[0]?.id ?? 0
  const revokedIds = former === 'revoked' ? await revokeFormer(tx, purpose, id) : []
  await sql`select pg_notify('letterdesk_keys', '')`.execute(tx)
  return { id, retiredIds: retired.rows.map(row => row.id), revokedIds }
}

/** Every key of the ring. */
export async function listKeyStates(db: Db): Promise<KeyState[]> {
  const { rows } = await sql<KeyState>`
    select id, purpose, made_at as "madeAt", retired_at as "retiredAt", revoked_at as "revokedAt"
    from key_ring order by purpose, id desc`.execute(db)
  return rows
}

/** One rotation at a time, and none while the ring is wrapped anew: so ids rise in the order of commits. */
async function lockRing(tx: Tx, fingerprint: string): Promise<void> {
  const { rows } = await sql<{ isMine: boolean }>`
    select secret_key_fingerprint = ${fingerprint} as "isMine" from workspace where id = 1 for update`.execute(
    tx,
  )
  if (rows[0]?.isMine !== true) {
    throw new AppError('wrong-secret-key', 'SECRET_KEY was changed meanwhile: run it again with the new one')
  }
}

async function revokeFormer(tx: Tx, purpose: KeyPurpose, newId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update key_ring set revoked_at = clock_timestamp()
    where purpose = ${purpose} and id <> ${newId} and revoked_at is null returning id`.execute(tx)
  return rows.map(row => row.id)
}
