import { connectMailbox, type MailboxSettings } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from './api.ts'

/** Where a mailbox's servers listen, both with TLS from the first byte. */
export type MailServers = { imapsPort: number; smtpsPort: number }

/** Connects a mailbox of the test's Dovecot and sink as an admin does; by default from now on. */
export async function connect(
  admin: ApiClient,
  servers: MailServers,
  wish: { address: string; name?: string; days?: number; historyDays?: number; password?: string },
): Promise<MailboxSettings> {
  const { address, days, historyDays } = wish
  const history = historyDays === undefined ? {} : { historyDays }
  return await admin.call(connectMailbox, {
    body: {
      address,
      name: wish.name ?? address.split('@')[0] ?? address,
      password: wish.password ?? 'secret',
      imap: { host: '127.0.0.1', port: servers.imapsPort, security: 'tls' },
      smtp: { host: '127.0.0.1', port: servers.smtpsPort, security: 'tls' },
      start: days === undefined ? { rule: 'now', ...history } : { rule: 'days', days, ...history },
    },
  })
}
