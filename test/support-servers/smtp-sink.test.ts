import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect } from 'node:tls'
import { createTransport } from 'nodemailer'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { answerAt, firstOf } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { startSmtpSinkProcess } from '../support/smtp-sink-process.ts'

let certificates: Certificates
let sink: SmtpSink

beforeAll(async () => {
  certificates = await makeCertificates()
  sink = await startSmtpSink({ certificates })
})

afterEach(() => sink.behave())

afterAll(async () => {
  await sink.stop()
  await certificates.remove()
})

const RAW = 'Message-ID: <one@desk.test>\r\nSubject: x\r\n\r\n.dot\r\n'

type SendOptions = { port?: number; to?: string[]; password?: string; secure?: boolean }

async function send({
  port = sink.port,
  to = ['ada@example.test'],
  password = 'secret',
  secure = false,
}: SendOptions = {}) {
  const transport = createTransport({
    host: sink.host,
    port,
    secure,
    requireTLS: !secure,
    auth: { user: 'support@desk.test', pass: password },
    tls: { ca: certificates.ca },
  })
  try {
    return await transport.sendMail({ envelope: { from: 'support@desk.test', to }, raw: RAW })
  } finally {
    transport.close()
  }
}

test('a mail sent by STARTTLS and one by TLS are accepted with envelope and bytes', async () => {
  await send({ to: ['ada@example.test', 'bob@example.test'] })
  await send({ port: sink.tlsPort, secure: true })

  const mail = await sink.waitFor(({ to }) => to.length === 2)
  expect(mail).toMatchObject({
    user: 'support@desk.test',
    isTls: true,
    from: 'support@desk.test',
    to: ['ada@example.test', 'bob@example.test'],
    internetMessageId: 'one@desk.test',
  })
  expect(mail.raw.toString()).toBe(RAW)
  expect(sink.accepted).toHaveLength(2)
})

test('a wrong password is refused, and none is taken without TLS', async () => {
  const clear = createTransport({
    host: sink.host,
    port: sink.port,
    ignoreTLS: true,
    auth: { user: 'a', pass: 'secret' },
  })

  await expect(send({ password: 'wrong' })).rejects.toMatchObject({ responseCode: 535 })
  await expect(clear.sendMail({ envelope: { from: 'a@b.test', to: 'c@d.test' }, raw: RAW })).rejects.toThrow()
})

test.each(['connect', 'auth', 'mail', 'rcpt', 'data', 'final'] as const)(
  'a refusal at %s reaches the client and is over after its count',
  async stage => {
    const count = sink.accepted.length
    sink.behave(answerAt(stage, { reply: 451, text: '4.7.1 later' }, { times: 1 }))

    await expect(send()).rejects.toMatchObject({ responseCode: 451 })
    await send()

    expect(sink.accepted).toHaveLength(count + 1)
  },
)

test('one of two recipients is refused, the other gets the mail', async () => {
  sink.behave(
    answerAt('rcpt', { reply: 550, text: '5.1.1 no such user' }, { recipient: 'gone@example.test' }),
  )

  const { rejected } = await send({ to: ['gone@example.test', 'here@example.test'] })

  expect(rejected).toEqual(['gone@example.test'])
  expect(sink.accepted.at(-1)?.to).toEqual(['here@example.test'])
})

test.each([
  ['before-accepting', 0],
  ['before-reply', 1],
] as const)('a connection dropped %s leaves the client without an answer', async (drop, accepted) => {
  const count = sink.accepted.length
  sink.behave(answerAt('final', { drop }))

  await expect(send()).rejects.toThrow(/closed/i)

  expect(sink.accepted).toHaveLength(count + accepted)
})

test('a stall delays the answer that follows it', async () => {
  sink.behave(firstOf(answerAt('mail', { stallMs: 120 }), answerAt('final', { drop: 'after-reply' })))
  const startedMs = performance.now()

  await send()

  expect(performance.now() - startedMs).toBeGreaterThan(110)
})

test('bare line ends in DATA are refused', async () => {
  const socket = connect({
    host: sink.host,
    port: sink.tlsPort,
    ca: certificates.ca,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  const plain = Buffer.from('\0a@desk.test\0secret').toString('base64')
  const lines = [
    'EHLO x',
    `AUTH PLAIN ${plain}`,
    'MAIL FROM:<a@desk.test>',
    'RCPT TO:<b@example.test>',
    'DATA',
  ]
  const replies: string[] = []
  const reader = createInterface({ input: socket })

  for await (const reply of reader) {
    if (reply[3] === '-') continue
    const next = lines[replies.push(reply) - 1]
    if (next) socket.write(`${next}\r\n`)
    else if (reply.startsWith('354'))
      socket.write('Subject: x\r\n\r\na\n.\nMAIL FROM:<evil@desk.test>\r\n.\r\n')
    else break
  }

  socket.destroy()
  expect(replies.at(-1)).toMatch(/^550 5.6.11/)
})

test('as its own process the sink keeps a log that is there when it is gone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sink-'))
  const own = await startSmtpSinkProcess({ certificates, logFile: join(dir, 'log') })

  await send({ port: own.port })
  process.kill(own.pid, 'SIGKILL')

  await own.stop()
  expect(own.readAccepted().map(({ seq, raw }) => [seq, raw.toString()])).toEqual([[1, RAW]])
  await rm(dir, { recursive: true })
})
