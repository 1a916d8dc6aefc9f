import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { endLease, type LeaseRow, renewLeases, takeLeases } from './leases.queries.ts'

/** One mailbox in our hands. Every node may watch any mailbox, one at a time. */
export type Lease = {
  mailboxId: number
  fence: number
  /** By our monotonic clock: a third of its life before the database lets another node have it. */
  believedUntilMs: number
}

/** The leases of one node. */
export type LeaseBook = {
  /** Takes what is free of these mailboxes. */
  take: (mailboxIds: readonly number[]) => Promise<Lease[]>
  /** Lengthens all, every 5 s. @returns those that another node has by now */
  renew: () => Promise<Lease[]>
  /** Gives one back at once, so that another node need not wait for its end. */
  end: (lease: Lease) => Promise<void>
  isBelieved: (lease: Lease) => boolean
}

/** Another node may have the mailbox: stop without touching the mail server again. */
export class LeaseLost extends AppError {
  constructor(mailboxId: number) {
    super('lease-lost', 'another node may watch this mailbox now', { mailboxId })
  }
}

/** How often leases are to be renewed: a third of their life. */
export const LEASE_RENEWAL_MS = 5_000

const defaultLifeMs = 15_000

/**
 * Opens the book of one node. Expiry is written and compared by the database's clock only; our belief
 * counts from the moment *before* a request was sent, on the monotonic clock, so that neither a slow
 * pool nor a wrong wall clock can stretch it. A lease only saves work: that no mail comes twice rests on the
 * ledger's unique keys, as after a failover two nodes may hold one lease.
 */
export function openLeaseBook(context: {
  db: Db
  instanceId: number
  clock: Pick<Clock, 'monotonicMs'>
  lifeMs?: number
}): LeaseBook {
  const { db, instanceId, clock } = context
  const lifeMs = context.lifeMs ?? defaultLifeMs
  const held = new Map<number, Lease>()
  const believeFrom = (sentAtMs: number) => sentAtMs + (lifeMs * 2) / 3
  return {
    take: async mailboxIds => {
      if (mailboxIds.length === 0) return []
      const sentAtMs = clock.monotonicMs()
      const rows = await takeLeases(db, { instanceId, mailboxIds, lifeMs })
      const leases = rows.map(row => toLease(row, believeFrom(sentAtMs)))
      for (const lease of leases) held.set(lease.mailboxId, lease)
      return leases
    },
    renew: async () => {
      const asked = [...held.values()]
      if (asked.length === 0) return []
      const sentAtMs = clock.monotonicMs()
      const rows = await renewLeases(db, { instanceId, leases: asked.map(toRow), lifeMs })
      const kept = new Set(rows.map(row => `${row.mailbox_id}:${row.fence}`))
      const lost = asked.filter(lease => !kept.has(`${lease.mailboxId}:${lease.fence}`))
      for (const lease of asked) if (!lost.includes(lease)) lease.believedUntilMs = believeFrom(sentAtMs)
      for (const lease of lost) forget(held, lease)
      return lost
    },
    end: async lease => {
      forget(held, lease)
      await endLease(db, toRow(lease))
    },
    isBelieved: lease => clock.monotonicMs() < lease.believedUntilMs && held.get(lease.mailboxId) === lease,
  }
}

function forget(held: Map<number, Lease>, lease: Lease): void {
  if (held.get(lease.mailboxId) === lease) held.delete(lease.mailboxId)
  lease.believedUntilMs = Number.NEGATIVE_INFINITY
}

function toLease(row: LeaseRow, believedUntilMs: number): Lease {
  return { mailboxId: row.mailbox_id, fence: row.fence, believedUntilMs }
}

function toRow(lease: Lease): LeaseRow {
  return { mailbox_id: lease.mailboxId, fence: lease.fence }
}
