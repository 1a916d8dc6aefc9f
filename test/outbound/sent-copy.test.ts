import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { reconcileUncertain } from '../../src/outbound/reconcile-uncertain.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { startScriptedImap } from '../support/scripted-imap.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type MailboxWish, type SendingDesk, startSendingDesk } from './sending-desk.ts'

let certificates: Certificates
let dovecot: Dovecot
let desk: SendingDesk
let count = 0

beforeAll(async () => {
  certificates = await makeCertificates()
  dovecot = await startDovecot({ certificates })
  desk = await startSendingDesk({ certificates })
})

afterAll(async () => {
  await desk.stop()
  await dovecot.stop()
  await certificates.remove()
})

async function replied(wish: MailboxWish) {
  const user = `user${++count}@desk.test`
  const mailboxId = await desk.mailbox(user, { imapPort: dovecot.imapsPort, ...wish })
  const agent = await desk.agent(`agent${count}`, [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const messageId = await desk.send(agent, { ticketId, to: [`to.${user}`] })
  const bytes = await desk.blobs.read((await desk.outbox(messageId)).bytes_blob_id)
  const sent = () => desk.sink.accepted.filter(mail => mail.to.includes(`to.${user}`))
  const copies = () => dovecot.readFolder(user, 'Sent')
  return { user, mailboxId, messageId, bytes, sent, copies }
}

const asSent = (bytes: Buffer) => bytes

/** Changes Message-ID and Date, as SES does; our own field stays. */
function rewritten(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  const changed = text
    .replace(/^Message-ID:.*(?:\r\n[ \t].*)*/im, 'Message-ID: <0100018f@email.provider.test>')
    .replace(/^Date:.*/im, 'Date: Thu, 01 Jan 2026 00:00:00 +0000')
  return Buffer.from(changed, 'latin1')
}

const copyReaches = (messageId: number, state: string) =>
  vi.waitFor(async () => expect((await desk.outbox(messageId)).sent_copy).toBe(state), {
    timeout: 15_000,
    interval: 50,
  })

test('an accepted reply is copied to Sent once: the same bytes, read', async () => {
  const reply = await replied({ sentCopy: 'append' })
  await dovecot.createFolder(reply.user, 'Sent').catch(() => 'it exists')

  const sender = await desk.sender()

  await copyReaches(reply.messageId, 'done')
  await sender.stop()
  const [copy, ...more] = await reply.copies()
  expect(more).toEqual([])
  expect(copy?.raw.equals(reply.bytes)).toBe(true)
  expect(copy?.flags).toContain('\\Seen')
  expect(reply.sent()).toHaveLength(1)
})

test.each([
  ['as we sent it', asSent],
  ['under another Message-ID and Date', rewritten],
])('a server that files sent mail by itself %s gets no second copy', async (_how, filed) => {
  const reply = await replied({ sentCopy: 'append' })
  await dovecot.append(reply.user, 'Sent', filed(reply.bytes))

  const sender = await desk.sender()

  await copyReaches(reply.messageId, 'by_server')
  await sender.stop()
  expect(await reply.copies()).toHaveLength(1)
})

test('a server without a folder for sent mail (no-sent-folder) is asked once, and the reply stays accepted', async () => {
  const server = await startScriptedImap(new Map(), { certificate: certificates.server })
  const reply = await replied({ sentCopy: 'append', imapPort: server.port })

  const sender = await desk.sender()

  await copyReaches(reply.messageId, 'failed')
  await sender.stop()
  await server.close()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'accepted', sent_copy_attempts: 1 })
})

test('a copy that cannot be made is put off and sends nothing again', async () => {
  const reply = await replied({ sentCopy: 'append', imapPort: 1 })

  const sender = await desk.sender()

  await desk.reaches(reply.messageId, 'accepted')
  await vi.waitFor(
    async () => expect((await desk.outbox(reply.messageId)).sent_copy_attempts).toBe(1),
    10_000,
  )
  await sender.stop()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'accepted', sent_copy: 'due' })
  expect(reply.sent()).toHaveLength(1)
})

test.each([
  ['that files sent mail itself', { sentCopy: 'by_server' }, asSent],
  ['that files it under another Message-ID and Date', { sentCopy: 'by_server' }, rewritten],
  ['where we copy it', { sentCopy: 'append' }, asSent],
  ['that is set to repeat', { sentCopy: 'append', uncertainRule: 'repeat_once' }, asSent],
] as const)('an uncertain reply found in Sent of a server %s is accepted', async (_which, wish, filed) => {
  const reply = await replied(wish)
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 1 }))
  await dovecot.append(reply.user, 'Sent', filed(reply.bytes))

  const sender = await desk.sender({ timing: { missingForMs: 600_000 } })

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ repeats: 0, sent_copy: 'by_server' })
  expect(reply.sent()).toHaveLength(1)
})

test('an uncertain reply missing from a readable Sent folder is sent again, the same bytes, marked', async () => {
  const reply = await replied({ sentCopy: 'by_server' })
  await dovecot.createFolder(reply.user, 'Sent').catch(() => 'it exists')
  desk.sink.behave(answerAt('final', { drop: 'before-accepting' }, { times: 1 }))
  const patient = await desk.sender({ timing: { missingForMs: 600_000 } })
  await desk.reaches(reply.messageId, 'uncertain')
  await patient.stop()

  const sender = await desk.sender({ timing: { missingForMs: 0 } })

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ repeats: 1 })
  expect(reply.sent().map(mail => mail.raw.equals(reply.bytes))).toEqual([true])
})

test.each([
  ['asks an agent', 'ask', 'uncertain', 0],
  ['repeats it once, marked', 'repeat_once', 'accepted', 1],
] as const)(
  'an uncertain reply in no Sent folder of a server that files nothing %s',
  async (_what, rule, state, repeats) => {
    const reply = await replied({ sentCopy: 'append', uncertainRule: rule })
    await dovecot.createFolder(reply.user, 'Sent').catch(() => 'it exists')
    desk.sink.behave(answerAt('final', { drop: 'before-accepting' }, { times: 1 }))
    const first = await desk.sender({ timing: { reconcileEveryMs: 600_000 } })
    await desk.reaches(reply.messageId, 'uncertain')
    await first.stop()

    const decided = await reconcileUncertain({ ...desk, practice: () => null, missingForMs: 0 })

    const sender = await desk.sender()
    await desk.reaches(reply.messageId, state)
    await sender.stop()
    expect(decided).toBe(repeats)
    expect(await desk.outbox(reply.messageId)).toMatchObject({ repeats })
    expect(reply.sent().map(mail => mail.raw.equals(reply.bytes))).toEqual(repeats === 0 ? [] : [true])
  },
)

test('an uncertain reply is not repeated while the Sent folder we copy to cannot be read', async () => {
  const reply = await replied({ sentCopy: 'append', uncertainRule: 'repeat_once', imapPort: 1 })
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 1 }))
  const first = await desk.sender({ timing: { reconcileEveryMs: 600_000 } })
  await desk.reaches(reply.messageId, 'uncertain')
  await first.stop()
  const reconcile = () => reconcileUncertain({ ...desk, practice: () => null, missingForMs: 0 })

  const decidedBlind = await reconcile()

  await desk.db
    .updateTable('mailbox')
    .set({ imap_port: dovecot.imapsPort })
    .where('id', '=', reply.mailboxId)
    .execute()
  await dovecot.append(reply.user, 'Sent', reply.bytes)
  expect(decidedBlind).toBe(0)
  expect(await reconcile()).toBe(1)
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'accepted', repeats: 0 })
  expect(reply.sent()).toHaveLength(1)
})
