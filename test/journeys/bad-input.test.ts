import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkMailbox } from '../../src/shared/mailbox-checks.ts'
import { connectMailbox, listMailboxes, type ServerAddress } from '../../src/shared/mailboxes.ts'
import { createUpload } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { findFreePorts } from '../support/free-ports.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let expired: SmtpSink
let wrongName: SmtpSink
let selfSigned: SmtpSink
let desk: Letterdesk
let owner: ApiClient

beforeAll(async () => {
  certificates = await makeCertificates()
  dovecot = await startDovecot({ certificates })
  ;[sink, expired, wrongName, selfSigned] = await Promise.all([
    startSmtpSink({ certificates }),
    startSmtpSink({ certificates, certificate: 'expired' }),
    startSmtpSink({ certificates, certificate: 'wrongName' }),
    startSmtpSink({ certificates, certificate: 'selfSigned' }),
  ])
  desk = await startProduct({ caFile: certificates.caFile, env: { MAX_ATTACHMENT_MB: '1' } })
  owner = await desk.owner()
}, 120_000)

afterAll(async () => {
  await desk?.stop()
  await Promise.all([dovecot, sink, expired, wrongName, selfSigned].map(server => server?.stop()))
  await certificates?.remove()
})

const at = (port: number, change: Partial<ServerAddress> = {}): ServerAddress => ({
  host: '127.0.0.1',
  port,
  security: 'tls',
  ...change,
})

async function failureOf(change: { password?: string; imap?: ServerAddress; smtp?: ServerAddress }) {
  const body = {
    address: 'support@desk.test',
    password: 'secret',
    imap: at(dovecot.imapsPort),
    smtp: at(sink.tlsPort),
    ...change,
  }
  const { steps } = await owner.call(checkMailbox, { body })
  const failed = steps.find(step => !step.ok)
  return failed && [failed.step, failed.code]
}

describe('a mailbox that cannot be connected says what is wrong', () => {
  test('a wrong password', async () => {
    expect(await failureOf({ password: 'wrong' })).toEqual(['imap-sign-in', 'wrong-password'])
  })

  test('a host that does not exist', async () => {
    const imap = at(993, { host: 'no-such-host.invalid' })

    expect(await failureOf({ imap })).toEqual(['imap-connect', 'host-not-found'])
  })

  test('a port nobody listens on', async () => {
    const [port = 0] = await findFreePorts(1)

    expect(await failureOf({ imap: at(port) })).toEqual(['imap-connect', 'connection-refused'])
  })

  test('a host inside a network that is closed to us', async () => {
    const imap = at(993, { host: '10.0.0.1' })

    expect(await failureOf({ imap })).toEqual(['imap-connect', 'host-not-allowed'])
  })

  test('certificates that have expired, are for another name, or come from nobody we trust', async () => {
    const found: unknown[] = []
    for (const server of [expired, wrongName, selfSigned]) {
      found.push(await failureOf({ smtp: at(server.tlsPort) }))
    }

    expect(found).toEqual([
      ['smtp-secure', 'certificate-expired'],
      ['smtp-secure', 'certificate-wrong-name'],
      ['smtp-secure', 'certificate-untrusted'],
    ])
  })

  test('the other kind of encryption is no mistake at all: the right one is found', async () => {
    const imap = at(dovecot.imapsPort, { security: 'starttls' })

    expect(await failureOf({ imap })).toBeUndefined()
  })

  test('and stores nothing', async () => {
    const body = {
      address: 'support@desk.test',
      name: 'Support',
      password: 'wrong',
      imap: at(dovecot.imapsPort),
      smtp: at(sink.tlsPort),
      start: { rule: 'now' as const },
    }

    const refused = await owner.fetch(connectMailbox, { body })

    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ code: 'mailbox-check-failed' })
    expect((await owner.call(listMailboxes)).data).toEqual([])
  })
})

test('a file that would make the mail too large is refused with the limit', async () => {
  const refused = await owner.fetch(createUpload, {
    query: { filename: 'film.mp4' },
    body: new Uint8Array(1_048_577),
  })

  expect(refused.status).toBe(413)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  const { code, details } = (await refused.json()) as { code: string; details: { limitBytes: number } }
  expect(code).toBe('attachment-too-large')
  // base64 of it in lines of 76 is what the setting, 1 MB a mail, leaves room for
  expect(Math.ceil(details.limitBytes / 57) * 78).toBeLessThanOrEqual(1_048_576)
  expect(details.limitBytes).toBeGreaterThan(700_000)
})

test('a request in the wrong form is refused with the name of the field', async () => {
  const refused = await fetch(`${desk.baseUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'not an address', password: 'x' }),
  })

  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    code: 'bad-request',
    fields: [{ field: expect.stringContaining('email') }],
  })
})
