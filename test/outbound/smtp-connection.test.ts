import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { envelopeAddress } from '../../src/mail/address.ts'
import { triedToken } from '../../src/mailboxes/access-tokens.ts'
import type { Endpoint } from '../../src/mailboxes/account.ts'
import { openSmtp, type SmtpOutcome } from '../../src/mailboxes/smtp-connection.ts'
import { type CertificateKind, type Certificates, makeCertificates } from '../support/certificates.ts'
import { answerAt, type SinkRule } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

let certificates: Certificates
let sink: SmtpSink

beforeAll(async () => {
  certificates = await makeCertificates()
  sink = await startSmtpSink({ certificates })
})

afterAll(async () => {
  await sink.stop()
  await certificates.remove()
})

const mail = {
  from: envelopeAddress('support@desk.test'),
  recipients: ['ann@example.org', 'bob@example.org', 'cy@example.org'].map(envelopeAddress),
  bytes: Buffer.from('Subject: x\r\n\r\n.dot\r\ntext\r\n'),
}

const account = (endpoint: Partial<Endpoint & { kind: 'host' }> = {}) => ({
  username: 'support@desk.test',
  password: 'secret',
  smtp: { kind: 'host', host: '127.0.0.1', port: sink.tlsPort, security: 'tls', ...endpoint } as Endpoint,
})

const trust = () => ({ extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8'] })

async function sendOnce(rule: SinkRule | undefined, gate: () => Promise<void> = async () => undefined) {
  sink.behave(rule)
  onTestFinished(() => sink.behave())
  const connection = await openSmtp(account(), trust())
  const before = sink.accepted.length
  const outcome: SmtpOutcome = await connection.send(mail, gate)
  connection.close()
  return { outcome, accepted: sink.accepted.slice(before) }
}

test.each(['tls', 'starttls'] as const)('a mail goes through %s byte for byte', async security => {
  const port = security === 'tls' ? sink.tlsPort : sink.port
  const connection = await openSmtp(account({ port, security }), trust())
  const before = sink.accepted.length

  const outcome = await connection.send(mail, async () => undefined)
  connection.close()

  expect(outcome).toMatchObject({ end: 'answered', stage: 'final', reply: { code: 250 }, refusals: [] })
  expect(sink.accepted[before]).toMatchObject({ raw: mail.bytes, to: mail.recipients, isTls: true })
})

test('a token is shown to no server that takes passwords alone', async () => {
  const opening = openSmtp({ ...account(), tokens: triedToken('good') }, trust())

  await expect(opening).rejects.toMatchObject({ code: 'no-token-sign-in', retry: false })
})

const brokenCertificates: [CertificateKind, string][] = [
  ['expired', 'certificate-expired'],
  ['wrongName', 'certificate-wrong-name'],
  ['selfSigned', 'certificate-untrusted'],
]

test.each(brokenCertificates)(
  'no password reaches a server with the certificate %s',
  async (certificate, code) => {
    const other = await startSmtpSink({ certificates, certificate })
    onTestFinished(other.stop)

    const opened = openSmtp(account({ port: other.tlsPort }), trust())

    await expect(opened).rejects.toMatchObject({ code })
    expect(other.events.filter(event => event.stage === 'auth')).toEqual([])
  },
)

test('what is wrong with the account is named', async () => {
  const failures = await Promise.allSettled([
    openSmtp({ ...account(), password: 'wrong' }, trust()),
    openSmtp(account({ port: 1 }), trust()),
    openSmtp(account({ host: 'nowhere.invalid' }), trust()),
    openSmtp(account(), { extraCa: null, allowPrivateHosts: [] }),
    openSmtp(account({ port: sink.port }), trust()),
  ])

  expect(failures.map(failure => failure.status === 'rejected' && failure.reason.code)).toEqual([
    'wrong-password',
    'connection-refused',
    'host-not-found',
    'host-not-allowed',
    'wrong-tls-mode',
  ])
})

test('an answer that repeats the password is kept without it', async () => {
  const plain = Buffer.from('\0support@desk.test\0secret').toString('base64')
  sink.behave(answerAt('auth', { reply: 535, text: `5.7.8 AUTH PLAIN ${plain} (secret) refused` }))
  onTestFinished(() => sink.behave())

  const [opened] = await Promise.allSettled([openSmtp(account(), trust())])

  const reply = { code: 535, enhanced: '5.7.8', text: 'AUTH PLAIN ••• (•••) refused' }
  expect(opened).toMatchObject({
    reason: { code: 'wrong-password', reply, details: { serverText: reply.text } },
  })
  expect(inspect(opened, { depth: 9 })).not.toMatch(/\(secret|AHN1cHBvcnR/)
})

test('the recipients refused are known before the final dot, and only they are refused', async () => {
  const rule = answerAt(
    'rcpt',
    { reply: 550, text: '5.1.1 no such person' },
    { recipient: 'bob@example.org' },
  )
  const connection = await openSmtp(account(), trust())
  sink.behave(rule)
  onTestFinished(() => sink.behave())
  const seen: unknown[] = []

  const outcome = await connection.send(mail, async refusals => {
    seen.push(...refusals)
  })
  connection.close()

  const refusal = {
    recipient: 'bob@example.org',
    reply: { code: 550, enhanced: '5.1.1', text: 'no such person' },
  }
  expect(seen).toEqual([refusal])
  expect(outcome).toMatchObject({
    end: 'answered',
    stage: 'final',
    reply: { code: 250 },
    refusals: [refusal],
  })
})

test('without our word no dot is sent and nothing is accepted', async () => {
  const cause = new RangeError('not ours any more')

  const { outcome, accepted } = await sendOnce(undefined, () => Promise.reject(cause))

  expect(outcome).toMatchObject({ end: 'withheld', cause })
  expect(accepted).toEqual([])
})

test('an answer is told from a silence, before and after the dot', async () => {
  const refused = await sendOnce(answerAt('final', { reply: 451, text: '4.3.0 try later' }))
  const lostBefore = await sendOnce(answerAt('data', { drop: 'before-accepting' }))
  const lostAfter = await sendOnce(answerAt('final', { drop: 'before-reply' }))
  const noOne = await sendOnce(answerAt('rcpt', { reply: 550, text: '5.1.1 no such person' }))

  expect(refused.outcome).toMatchObject({ end: 'answered', stage: 'final', reply: { code: 451 } })
  expect(lostBefore.outcome).toMatchObject({ end: 'lost', isDotSent: false })
  expect(lostAfter.outcome).toMatchObject({ end: 'lost', isDotSent: true })
  expect(lostAfter.accepted).toHaveLength(1)
  expect(noOne.outcome).toMatchObject({ end: 'answered', stage: 'recipient', reply: { code: 550 } })
  expect(noOne.outcome.refusals).toHaveLength(3)
})

test('a mail over the announced size is not sent at all', async () => {
  const small = await startSmtpSink({ certificates, sizeLimitBytes: 10 })
  onTestFinished(small.stop)
  const connection = await openSmtp(account({ port: small.tlsPort }), trust())

  const outcome = await connection.send(mail, async () => undefined)
  connection.close()

  expect(outcome).toMatchObject({ end: 'answered', stage: 'mail', reply: { code: 552, enhanced: '5.3.4' } })
  expect(small.accepted).toEqual([])
})

test('an address beyond ASCII is sent to a server that takes it, and clearly refused by another', async () => {
  const international = { ...mail, recipients: ['ann@example.org', 'анна@пример.test'].map(envelopeAddress) }
  const outcomes: SmtpOutcome[] = []
  const sinks = await Promise.all(
    [true, false].map(hideSMTPUTF8 => startSmtpSink({ certificates, server: { hideSMTPUTF8 } })),
  )

  for (const other of sinks) {
    onTestFinished(other.stop)
    const connection = await openSmtp(account({ port: other.tlsPort }), trust())
    outcomes.push(await connection.send(international, async () => undefined))
    connection.close()
  }

  expect(outcomes.map(outcome => outcome.refusals.map(one => one.reply.enhanced))).toEqual([['5.6.7'], []])
  expect(sinks.map(other => other.accepted.map(one => one.to.length))).toEqual([[1], [2]])
})
