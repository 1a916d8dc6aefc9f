import { connect as connectTcp } from 'node:net'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { openRawImap } from '../support/raw-imap.ts'

let certificates: Certificates
let dovecot: Dovecot

beforeAll(async () => {
  certificates = await makeCertificates()
  dovecot = await startDovecot({ certificates })
})

afterAll(async () => {
  await dovecot.stop()
  await certificates.remove()
})

const mail = (subject: string): string => `From: a@example.test\nSubject: ${subject}\n\n.dot\nЖ\n`

async function signIn(user: string, password: string): Promise<void> {
  const { host, imapsPort: port, ca } = dovecot
  const imap = await openRawImap({ host, port, ca, user, password })
  imap.close()
}

test('a delivered mail is in INBOX with its bytes, its plus address in Delivered-To', async () => {
  await dovecot.deliver(mail('one'), ['support+token@desk.test'], { from: 'ada@example.test' })

  const [found] = await dovecot.readFolder('support@desk.test')
  expect(found?.uid).toBe(1)
  expect(found?.raw.toString()).toMatch(
    /^Return-Path: <ada@example.test>\r\nDelivered-To: support\+token@desk.test\r\n/,
  )
  expect(found?.raw.toString()).toContain('\r\nSubject: one\r\n\r\n.dot\r\nЖ\r\n')
})

test('many mails go over one connection and come back in order', async () => {
  const deliveries = Array.from({ length: 250 }, (_, n) => ({ raw: mail(`m${n}`), to: ['many@desk.test'] }))

  await dovecot.deliverMany(deliveries)

  const found = await dovecot.readFolder('many@desk.test')
  expect(found.map(({ uid }) => uid)).toEqual(deliveries.map((_, n) => n + 1))
  expect(found[249]?.raw.toString()).toContain('Subject: m249')
})

test('an appended mail keeps its bytes, flags and date; flags change and expunge removes it', async () => {
  const raw = Buffer.from('Subject: kept\r\n\r\nbody\r\n')
  const internalDate = new Date('2024-02-03T04:05:06Z')
  await dovecot.createFolder('keep@desk.test', 'Old')
  await dovecot.append('keep@desk.test', 'Old', raw, { flags: ['\\Seen'], internalDate })
  await dovecot.append('keep@desk.test', 'Old', raw)

  const before = await dovecot.readFolder('keep@desk.test', 'Old')
  await dovecot.expunge('keep@desk.test', 'Old', [1])
  await dovecot.setFlags('keep@desk.test', 'Old', [2], ['\\Flagged'])
  const after = await dovecot.readFolder('keep@desk.test', 'Old')

  expect(before[0]).toMatchObject({ uid: 1, raw, internalDate })
  expect(before[0]?.flags).toContain('\\Seen')
  expect(after.map(({ uid }) => uid)).toEqual([2])
  expect(after[0]?.flags).toContain('\\Flagged')
})

test('one user gets another password, then one more; the others keep theirs', async () => {
  await dovecot.setPassword('moved@desk.test', 'first1')
  await signIn('moved@desk.test', 'first1')
  await dovecot.setPassword('moved@desk.test', 'second')
  await signIn('moved@desk.test', 'second')

  await expect(signIn('moved@desk.test', 'secret')).rejects.toThrow('AUTHENTICATIONFAILED')
  await expect(signIn('other@desk.test', 'second')).rejects.toThrow('AUTHENTICATIONFAILED')
  await signIn('other@desk.test', 'secret')
})

test('without TLS no password is taken, and a stranger is told so', async () => {
  const talk = async (host: string): Promise<string[]> => {
    const socket = connectTcp({ host, port: dovecot.imapPort })
    const lines: string[] = []
    socket.write('a LOGIN support@desk.test secret\r\nb LOGOUT\r\n')
    for await (const line of createInterface({ input: socket })) lines.push(line)
    return lines
  }

  const [near, far] = [await talk(dovecot.host), await talk(dovecot.strictHost)]

  expect(near.find(line => line.startsWith('a '))).toMatch(/^a NO/)
  expect(far[0]).toContain('STARTTLS LOGINDISABLED')
  expect(far.find(line => line.startsWith('a '))).toMatch(/^a NO/)
})

test('a folder gets the UIDVALIDITY asked for', async () => {
  await dovecot.deliver(mail('v'), ['validity@desk.test'])
  const { host, imapsPort: port, ca } = dovecot

  await dovecot.setUidValidity('validity@desk.test', 'INBOX', 4_242)

  const imap = await openRawImap({ host, port, ca, user: 'validity@desk.test', password: 'secret' })
  const answers = await imap.command('EXAMINE INBOX')
  imap.close()
  expect(answers.map(({ text }) => text).join('\n')).toContain('[UIDVALIDITY 4242]')
})

test('a restart keeps mail and ports', async () => {
  await dovecot.deliver(mail('stays'), ['restart@desk.test'])

  await dovecot.restart()

  expect(await dovecot.readFolder('restart@desk.test')).toHaveLength(1)
})

test.each([
  ['expired', /expired/],
  ['wrongName', /does not match/],
  ['selfSigned', /self-signed/],
] as const)('a server with the %s certificate is not trusted', async (certificate, reason) => {
  const second = await startDovecot({ certificates, certificate })
  const { host, imapsPort: port, ca } = second

  const attempt = openRawImap({ host, port, ca, user: 'a@desk.test', password: 'secret' })

  await expect(attempt).rejects.toThrow(reason)
  await second.stop()
})
