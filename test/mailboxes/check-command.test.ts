import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkMailboxes } from '../../src/commands/check-mailbox.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectMailbox } from '../../src/mailboxes/connect-mailbox.ts'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'

let desk: SyncDesk
let sink: SmtpSink

beforeAll(async () => {
  desk = await startSyncDesk()
  sink = await startSmtpSink({ certificates: desk.certificates })
})

afterAll(async () => {
  await sink.stop()
  await desk.close()
})

const environment = () => ({
  DATABASE_URL: desk.database.url,
  SECRET_KEY: TEST_SECRET_KEY,
  EXTRA_CA_FILE: desk.certificates.caFile,
  ALLOW_PRIVATE_HOSTS: 'localhost',
  LOG_LEVEL: 'silent',
})

test('the command says by its exit code whether every connected mailbox can be signed in to', async () => {
  const address = 'command@desk.test'
  const imap = { host: 'localhost', port: desk.dovecot.imapsPort, security: 'tls' as const }
  const smtp = { host: 'localhost', port: sink.port, security: 'starttls' as const }
  const needs = { ...desk, log: createLog({ level: 'silent' }), clock: systemClock, dnsServers: [] }
  await connectMailbox(needs, {
    address,
    password: 'secret',
    name: 'Command',
    imap,
    smtp,
    start: { rule: 'now' },
  })

  const fine = await checkMailboxes(environment())
  await desk.dovecot.setPassword(address, 'changed')
  const broken = await checkMailboxes(environment())

  expect([fine, broken]).toEqual([0, 1])
})
