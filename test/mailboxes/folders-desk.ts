import { inTransaction } from '../../src/db/database.ts'
import { createMailReader } from '../../src/inbound/mail-reader.ts'
import { startFiling } from '../../src/inbound/run-filing.ts'
import { startSync } from '../../src/inbound/run-sync.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { storePassword } from '../../src/mailboxes/account.ts'
import { insertMailbox } from '../../src/mailboxes/mailboxes.queries.ts'
import { chooseMailFolders, type MailFolders } from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, type Ticket } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { waitUntil } from '../support/wait-until.ts'

/** The desk behind its API, with a Dovecot that is watched and whose mail is filed, as quick as can be. */
export type FoldersDesk = Desk & {
  dovecot: Dovecot
  certificates: Certificates
  admin: DeskAgent
  /** Connects a mailbox, by default of this Dovecot and from now on. */
  connected: (address: string, wish?: { startDays?: number; imapsPort?: number }) => Promise<number>
  /** Waits for a ticket with this subject that fits. */
  ticketLike: (subject: string, fits?: (ticket: Ticket) => boolean, queue?: Queue) => Promise<Ticket>
  /** Waits for a message with this subject, among any number of tickets. */
  messageLike: (subject: string, limit?: { withinMs: number }) => Promise<void>
  /** Chooses the folders that are watched, as the admin does. */
  choose: (mailboxId: number, paths: string[]) => Promise<MailFolders>
  /** Nothing is filed while this is done; what comes meanwhile is filed afterwards. */
  beforeFiling: (work: () => Promise<void>) => Promise<void>
  /** The outcomes of one mailbox, once there are so many and none is under way. */
  settled: (mailboxId: number, count: number, limit?: { withinMs: number }) => Promise<string[]>
  /** What became of mails, by folder and outcome, as `Sent filed`; those of one mailbox in order. */
  outcomes: (mailboxId: number) => Promise<string[]>
}

/** Starts it all; about three seconds. */
export async function startFoldersDesk({ idleMs = 150 }: { idleMs?: number } = {}): Promise<FoldersDesk> {
  const certificates = await makeCertificates()
  const mailTrust = { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8', 'localhost'] }
  const [desk, dovecot] = await Promise.all([startDesk({ mailTrust }), startDovecot({ certificates })])
  const { db, keys, bells, blobs, log, instanceId } = desk.ground
  const shared = { db, keys, bells, log, clock: systemClock, instanceId }
  const sync = startSync({
    ...shared,
    blobs,
    random: Math.random,
    trust: mailTrust,
    practice: () => null,
    timing: { idleMs, fullCompareMs: 60_000 },
  })
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: blobs.root, processes: 1 })
  let filing = startFiling({ ...shared, dns: null, reader })
  const admin = await desk.agent('root', { role: 'admin' })
  const outcomes = async (mailboxId: number): Promise<string[]> => {
    const { rows } = await desk.database.pool.query<{ outcome: string }>(
      `select folder.path || ' ' || state as outcome from mail_instance join folder on folder.id = folder_id
       where mail_instance.mailbox_id = $1 order by mail_instance.id`,
      [mailboxId],
    )
    return rows.map(({ outcome }) => outcome)
  }
  return {
    ...desk,
    dovecot,
    certificates,
    admin,
    outcomes,
    beforeFiling: async work => {
      await filing.stop()
      try {
        await work()
      } finally {
        filing = startFiling({ ...shared, dns: null, reader })
      }
    },
    choose: (id, paths) => admin.call(chooseMailFolders, { params: { id }, body: { paths } }),
    settled: (mailboxId, count, limit) => {
      const look = async () => {
        const all = await outcomes(mailboxId)
        return all.length >= count && all.every(one => !one.endsWith('stored')) ? all : undefined
      }
      return waitUntil(`${count} settled mails`, look, limit)
    },
    connected: async (address, { startDays, imapsPort = dovecot.imapsPort } = {}) => {
      const server = { host: 'localhost', port: imapsPort, security: 'tls' } as const
      const names = { name: address, address, username: address }
      const id = await inTransaction(db, async tx => {
        const start = { startDays: startDays ?? null }
        const mailboxId = await insertMailbox(tx, { ...names, imap: server, smtp: server, ...start })
        await storePassword(tx, keys, mailboxId, 'secret')
        return mailboxId
      })
      bells.ring('mailboxes')
      return id
    },
    ticketLike: (subject, fits = () => true, queue = 'all') =>
      waitUntil(`the ticket ${subject}`, () => findTicket(admin, subject, { fits, queue }), {
        withinMs: 20_000,
      }),
    messageLike: async (subject, limit = { withinMs: 20_000 }) => {
      const look = async () => {
        const { rowCount } = await desk.database.pool.query('select from message where subject = $1', [
          subject,
        ])
        return rowCount === 1 || undefined
      }
      await waitUntil(`the message ${subject}`, look, limit)
    },
    stop: async () => {
      await sync.stop()
      await filing.stop()
      await reader.stop()
      await desk.stop()
      await dovecot.stop()
      await certificates.remove()
    },
  }
}

async function findTicket(
  admin: DeskAgent,
  subject: string,
  by: { fits: (ticket: Ticket) => boolean; queue: Queue },
): Promise<Ticket | undefined> {
  const { data } = await admin.call(listTickets, { query: { queue: by.queue } })
  const row = data.find(one => one.subject === subject)
  if (row === undefined) return undefined
  const ticket = await admin.call(getTicket, { params: { number: row.number } })
  return by.fits(ticket) ? ticket : undefined
}
