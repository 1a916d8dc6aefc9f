import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { SignInKind } from '../shared/vocabulary.ts'
import type { SealedSecret } from './sealed-secret.ts'

/** An app as admins see it, and how many mailboxes sign in by it. */
export type SignInAppRow = {
  id: number
  kind: SignInKind
  name: string
  issuer: string
  client_id: string
  scopes: string
  /** A day, `2027-05-31`. */
  secret_expires_on: string | null
  updated_at: Date
  mailboxes: number
}

/** An app with its secret, still sealed. */
export type SealedAppRow = {
  id: number
  kind: SignInKind
  name: string
  issuer: string
  client_id: string
  scopes: string
  secret_sealed: Buffer
  secret_key_id: number
}

/** All apps, by name. */
export async function listSignInAppRows(db: Db): Promise<SignInAppRow[]> {
  const { rows } = await sql<SignInAppRow>`
    select a.id, kind, name, issuer, client_id, scopes, to_char(secret_expires_on, 'YYYY-MM-DD') as secret_expires_on,
      updated_at, (select count(*) from mailbox_grant g where g.sign_in_app_id = a.id) as mailboxes
    from sign_in_app a order by name collate "und-x-icu", a.id`.execute(db)
  return rows
}

/** One app with its sealed secret. */
export async function findSealedApp(db: Db, appId: number): Promise<SealedAppRow | undefined> {
  return await db
    .selectFrom('sign_in_app')
    .select(['id', 'kind', 'name', 'issuer', 'client_id', 'scopes', 'secret_sealed', 'secret_key_id'])
    .where('id', '=', appId)
    .executeTakeFirst()
}

/** What is kept of an app. */
export type NewSignInApp = {
  kind: SignInKind
  name: string
  issuer: string
  clientId: string
  scopes: string
  secret: SealedSecret
  secretExpiresOn: string | null
}

/** Enters an app, in place of one of the same kind and issuer. What its mailboxes wait for is tried at once. @returns the id */
export async function upsertSignInApp(tx: Tx, app: NewSignInApp): Promise<number> {
  const { secret, secretExpiresOn: expiresOn } = app
  const { rows } = await sql<{ id: number }>`
    insert into sign_in_app (kind, name, issuer, client_id, scopes, secret_sealed, secret_key_id, secret_expires_on)
    values (${app.kind}, ${app.name}, ${app.issuer}, ${app.clientId}, ${app.scopes}, ${secret.sealed}, ${secret.keyId},
      ${expiresOn}::date)
    on conflict (kind, issuer) do update set name = excluded.name, client_id = excluded.client_id,
      scopes = excluded.scopes, secret_sealed = excluded.secret_sealed, secret_key_id = excluded.secret_key_id,
      secret_expires_on = excluded.secret_expires_on, updated_at = clock_timestamp()
    returning id`.execute(tx)
  const id = rows[0]?.id ?? 0
  await sql`update mailbox_grant set barred_until = '-infinity' where sign_in_app_id = ${id}`.execute(tx)
  return id
}

/** Removes an app no mailbox signs in by. @returns whether it was there @throws on one that is used (foreign key) */
export async function deleteSignInApp(db: Db, appId: number): Promise<boolean> {
  const deleted = await sql`delete from sign_in_app where id = ${appId}`.execute(db)
  return deleted.numAffectedRows === 1n
}
