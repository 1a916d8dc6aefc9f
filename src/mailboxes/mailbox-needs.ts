import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Trust } from './host-guard.ts'

/** What connecting and changing a mailbox works with. */
export type MailboxNeeds = {
  db: Db
  keys: KeyRing
  bells: Pick<Bells, 'ring'>
  log: Log
  clock: Clock
  trust: Trust
  /** `address:port` of the DNS servers to ask; none: those of the system. */
  dnsServers: readonly string[]
}
