import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { DkimCheck } from '../shared/vocabulary.ts'

/** A key without its private half. `right_at`: since when it signs; `retired_at`: since when another one does. */
export type DkimKeyRow = {
  id: number
  domain: string
  selector: string
  public_key: string
  created_at: Date
  check_code: DkimCheck | null
  check_found: string | null
  checked_at: Date | null
  right_at: Date | null
  retired_at: Date | null
}

/** A key with its private half, still sealed. */
export type SealedDkimKey = {
  id: number
  domain: string
  selector: string
  private_sealed: Buffer
  private_key_id: number
}

const shown = ['id', 'domain', 'selector', 'public_key', 'created_at'] as const
const state = ['check_code', 'check_found', 'checked_at', 'right_at', 'retired_at'] as const

/** The keys of some domains: those that wait first, then the one that signs, then replaced ones. */
export async function listDkimKeys(db: Db, domains: readonly string[]): Promise<DkimKeyRow[]> {
  return await db
    .selectFrom('dkim_key')
    .select([...shown, ...state])
    .where('domain', 'in', domains.length === 0 ? [''] : domains)
    .orderBy(sql`case when right_at is null then 0 when retired_at is null then 1 else 2 end`)
    .orderBy('id', 'desc')
    .execute()
}

/** Enters a key that waits for its record; one that waits already stays. */
export async function insertDkimKey(
  tx: Tx,
  key: { domain: string; selector: string; publicKey: string; sealed: Buffer; keyId: number },
): Promise<void> {
  await tx
    .insertInto('dkim_key')
    .values({
      domain: key.domain,
      selector: key.selector,
      public_key: key.publicKey,
      private_sealed: key.sealed,
      private_key_id: key.keyId,
    })
    .onConflict(conflict => conflict.column('domain').where('right_at', 'is', null).doNothing())
    .execute()
}

/** Forgets the key of a domain that waits for its record: no mail was signed by it. */
export async function deleteWaitingKey(tx: Tx, domain: string): Promise<void> {
  await tx.deleteFrom('dkim_key').where('domain', '=', domain).where('right_at', 'is', null).execute()
}

/** Writes what a look at DNS found, for a key that signs or waits. */
export async function updateDkimCheck(
  tx: Tx,
  id: number,
  check: { code: DkimCheck; found: string | null },
): Promise<void> {
  await sql`
    update dkim_key set check_code = ${check.code}, check_found = ${check.found}, checked_at = clock_timestamp()
    where id = ${id}`.execute(tx)
}

/** Lets a waiting key sign from now on, in place of the one that did. A key that does not wait stays as it is. */
export async function startSigning(tx: Tx, key: { id: number; domain: string }): Promise<void> {
  await sql`
    update dkim_key set retired_at = clock_timestamp()
    where domain = ${key.domain} and right_at is not null and retired_at is null
      and exists (select 1 from dkim_key waiting where waiting.id = ${key.id} and waiting.right_at is null)`.execute(
    tx,
  )
  await sql`
    update dkim_key set right_at = clock_timestamp() where id = ${key.id} and right_at is null`.execute(tx)
}

/** Every key that signs, while the mail of some mailbox is signed. */
export async function listSigningKeys(db: Db): Promise<DkimKeyRow[]> {
  return await db
    .selectFrom('dkim_key')
    .select([...shown, ...state])
    .where('right_at', 'is not', null)
    .where('retired_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('mailbox')
          .select(sql`1`.as('one'))
          .where('signs_dkim', '=', true)
          .where('removed_at', 'is', null),
      ),
    )
    .orderBy('id')
    .execute()
}

/** Domains whose key signs while its record was found wrong, with when that was. */
export async function listWrongRecords(db: Db): Promise<Map<string, Date>> {
  const { rows } = await sql<{ domain: string; at: Date }>`
    select domain, checked_at as at from dkim_key
    where right_at is not null and retired_at is null and check_code not in ('right', 'unreachable')`.execute(
    db,
  )
  return new Map(rows.map(row => [row.domain, row.at]))
}

/** Has the mail of a mailbox signed from now on, or no longer. */
export async function updateSigning(tx: Tx, mailboxId: number, { isOn }: { isOn: boolean }): Promise<void> {
  await tx.updateTable('mailbox').set({ signs_dkim: isOn }).where('id', '=', mailboxId).execute()
}

/**
 * The very key by its id where that is still kept; else the one that signs for the domain now, if mail of the mailbox
 * is to be signed.
 */
export async function findSigningKey(
  db: Db,
  wish: { id: number | null; domain: string; mailboxId: number },
): Promise<SealedDkimKey | undefined> {
  const { rows } = await sql<SealedDkimKey>`
    select k.id, k.domain, k.selector, k.private_sealed, k.private_key_id from dkim_key k
    where k.domain = ${wish.domain} and k.right_at is not null and (k.id = ${wish.id} or (k.retired_at is null and
      exists (select 1 from mailbox b where b.id = ${wish.mailboxId} and b.signs_dkim)))
    order by k.id = ${wish.id} desc nulls last limit 1`.execute(db)
  return rows[0]
}

/** Deletes the keys that were replaced so long ago. @returns how many */
export async function deleteRetiredKeys(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from dkim_key where retired_at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
