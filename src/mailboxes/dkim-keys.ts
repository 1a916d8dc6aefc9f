import type { Db } from '../db/database.ts'
import { inTransaction } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { keyRecord, signingDomain, zoneLine } from '../mail/dkim-record.ts'
import { keyRecordName } from '../mail/verify-signatures.ts'
import type { DkimCheck } from '../shared/vocabulary.ts'
import {
  type DkimKeyRow,
  deleteRetiredKeys,
  deleteWaitingKey,
  listDkimKeys,
  startSigning,
  updateDkimCheck,
  updateSigning,
} from './dkim-keys.queries.ts'
import { lookUpRecord } from './look-up-record.ts'
import { findMailboxRow } from './mailboxes.queries.ts'
import { addDkimKey, makeDkimKey } from './signing-key.ts'

/** What managing keys works with. */
export type DkimNeeds = {
  db: Db
  keys: KeyRing
  clock: Clock
  random: (sizeBytes: number) => Buffer
  /** `address:port` of the DNS servers to ask; none: those of the system. */
  dnsServers: readonly string[]
}

/** A key as admins see it, never its private half. `found`: the record that DNS has in its place. */
export type DkimKeyView = {
  id: number
  name: string
  value: string
  zoneLine: string
  state: 'waiting' | 'signing' | 'replaced'
  createdAt: string
  check: { outcome: DkimCheck; found: string | null; at: string } | null
  /** Of a replaced key: until then its record must stay, as mails signed by it may be on their way. */
  keepUntil: string | null
}

/** Whether a mailbox's mail is signed, and the keys of each domain it writes from; an address without one goes unsigned. */
export type DkimView = {
  isOn: boolean
  domains: { domain: string; addresses: string[]; keys: DkimKeyView[] }[]
}

/** How long a replaced key is kept: longer than any mail is tried (SEND_PATIENCE) or waits in another server's queue. */
const KEPT_DAYS = 14
const DAY_MS = 86_400_000

/** @throws NotFound, also for a practice mailbox: its mail leaves for nowhere */
export async function getDkim(db: Db, mailboxId: number): Promise<DkimView> {
  const { isOn, addressesOf } = await readMailbox(db, mailboxId)
  const keys = await listDkimKeys(db, [...addressesOf.keys()])
  return {
    isOn,
    domains: [...addressesOf].map(([domain, addresses]) => ({
      domain,
      addresses,
      keys: keys.filter(key => key.domain === domain).map(toView),
    })),
  }
}

/**
 * Switches signing on or off. On makes a key for each domain without one; mail is signed once the record of its
 * domain's key was found right. Off leaves the keys: on again needs no new record.
 *
 * @throws NotFound
 */
export async function setDkim(
  needs: DkimNeeds,
  mailboxId: number,
  { isOn }: { isOn: boolean },
): Promise<void> {
  const { addressesOf } = await readMailbox(needs.db, mailboxId)
  const domains = [...addressesOf.keys()]
  const known = isOn ? await listDkimKeys(needs.db, domains) : []
  const missing = isOn ? domains.filter(one => !known.some(key => key.domain === one && !key.retired_at)) : []
  const made = await Promise.all(missing.map(domain => makeDkimKey(needs.keys, domain, newSelector(needs))))
  await inTransaction(needs.db, async tx => {
    for (const key of made) await addDkimKey(tx, key)
    await updateSigning(tx, mailboxId, { isOn })
  })
}

/**
 * Makes a new key for a domain: its first, one in place of a key that still waits, or one that takes over from the
 * signing key once its record is right.
 *
 * @throws NotFound for a domain the mailbox does not write from
 */
export async function renewDkimKey(needs: DkimNeeds, mailboxId: number, domain: string): Promise<void> {
  const { addressesOf } = await readMailbox(needs.db, mailboxId)
  if (!addressesOf.has(domain)) throw new NotFound('domain', { mailboxId })
  const key = await makeDkimKey(needs.keys, domain, newSelector(needs))
  await inTransaction(needs.db, async tx => {
    await deleteWaitingKey(tx, domain)
    await addDkimKey(tx, key)
  })
}

/**
 * Looks up the record of a key, past any memory of an earlier answer. A waiting key whose record is right signs from
 * then on; one that signs goes on whatever is found, as a signature nobody can check counts as none (RFC 6376 §6.1).
 *
 * @throws NotFound for a key of another mailbox's domain, or a replaced one
 */
export async function checkDkimKey(needs: DkimNeeds, mailboxId: number, keyId: number): Promise<void> {
  const { addressesOf } = await readMailbox(needs.db, mailboxId)
  const key = (await listDkimKeys(needs.db, [...addressesOf.keys()])).find(one => one.id === keyId)
  if (key === undefined || key.retired_at !== null) throw new NotFound('key', { mailboxId })
  const check = await lookUpRecord(needs, key)
  await inTransaction(needs.db, async tx => {
    await updateDkimCheck(tx, key.id, check)
    if (check.code === 'right') await startSigning(tx, key)
  })
}

/** Deletes replaced keys whose records need not stay any longer. @returns how many */
export async function deleteExpiredDkimKeys(db: Db): Promise<number> {
  return await deleteRetiredKeys(db, KEPT_DAYS)
}

async function readMailbox(db: Db, mailboxId: number) {
  const row = await findMailboxRow(db, mailboxId)
  if (row === undefined || row.kind === 'practice') throw new NotFound('mailbox', { mailboxId })
  const addressesOf = new Map<string, string[]>()
  for (const address of [row.address, ...row.aliases]) {
    const domain = signingDomain(address)
    if (domain !== undefined) addressesOf.set(domain, [...(addressesOf.get(domain) ?? []), address])
  }
  return { isOn: row.signs_dkim, addressesOf }
}

/** Says when it was made, and differs from those of another desk of the same domain. */
function newSelector({ clock, random }: DkimNeeds): string {
  const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '')
  return `letterdesk-${day}-${random(3).toString('hex')}`
}

function toView(key: DkimKeyRow): DkimKeyView {
  const { id, check_code: code, checked_at: checkedAt, right_at: rightAt, retired_at: retiredAt } = key
  const name = keyRecordName(key)
  const value = keyRecord(key.public_key)
  const signing = rightAt === null ? 'waiting' : 'signing'
  return {
    id,
    name,
    value,
    zoneLine: zoneLine(name, value),
    state: retiredAt === null ? signing : 'replaced',
    createdAt: key.created_at.toISOString(),
    check:
      code === null || checkedAt === null
        ? null
        : { outcome: code, found: key.check_found, at: checkedAt.toISOString() },
    keepUntil: retiredAt === null ? null : new Date(retiredAt.getTime() + KEPT_DAYS * DAY_MS).toISOString(),
  }
}
