import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { SealedSecret } from './sealed-secret.ts'

/** A consent somebody was sent to give, as it was begun. */
export type ConsentRow = {
  sign_in_app_id: number
  mailbox_id: number | null
  wish: unknown
  nonce: string
  verifier_sealed: Buffer
  verifier_key_id: number
}

/** Enters a consent that is about to be given, and forgets those that came too late. */
export async function insertConsent(
  tx: Tx,
  consent: {
    stateHash: Buffer
    sessionId: number
    appId: number
    mailboxId: number | null
    /** JSON. */
    wish: string
    nonce: string
    verifier: SealedSecret
    lifeS: number
  },
): Promise<void> {
  await sql`delete from consent_start where expires_at < clock_timestamp()`.execute(tx)
  await sql`
    insert into consent_start (state_hash, session_id, sign_in_app_id, mailbox_id, wish, nonce, verifier_sealed,
      verifier_key_id, expires_at)
    values (${consent.stateHash}, ${consent.sessionId}, ${consent.appId}, ${consent.mailboxId}, ${consent.wish}::jsonb,
      ${consent.nonce}, ${consent.verifier.sealed}, ${consent.verifier.keyId},
      clock_timestamp() + ${consent.lifeS} * interval '1 second')`.execute(tx)
}

/** Takes a consent of this session that is in time: nobody gets it again. */
export async function takeConsent(
  db: Db,
  by: { stateHashes: Buffer[]; sessionId: number },
): Promise<ConsentRow | undefined> {
  const { rows } = await sql<ConsentRow>`
    delete from consent_start
    where state_hash = any(${by.stateHashes}::bytea[]) and session_id = ${by.sessionId} and expires_at >= clock_timestamp()
    returning sign_in_app_id, mailbox_id, wish, nonce, verifier_sealed, verifier_key_id`.execute(db)
  return rows[0]
}

/** Whether a mailbox of this address is connected. */
export async function isConnected(db: Db, address: string): Promise<boolean> {
  const { rows } = await sql`select 1 from mailbox where address = ${address}`.execute(db)
  return rows.length > 0
}
