import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import {
  createUpload,
  decideUncertain,
  downloadAttachment,
  getMessageRaw,
  getTicket,
  sendReply,
  undoReply,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  const billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [billing] })
})

afterAll(async () => await desk.stop())

describe('a reply', () => {
  test('goes to the ticket’s recipients, stands in the ticket and can be read as it will be sent', async () => {
    const { number } = await desk.ticket({ mailboxId: support, subject: 'Парола' })
    const file = Buffer.from('%PDF-1.7')
    const upload = await ada.call(createUpload, { query: { filename: 'договор.pdf' }, body: file })
    await ada.call(writeNote, { params: { number }, body: { text: 'canary-of-the-note' } })

    const message = await ada.call(sendReply, {
      params: { number },
      body: { text: 'Опитайте пак.', uploadIds: [upload.id], withHistory: true },
    })

    const raw = await ada.fetch(getMessageRaw, { params: { id: message.id } })
    const bytes = Buffer.from(await raw.arrayBuffer())
    const sent = await parseMail(bytes)
    const attachment = await ada.fetch(downloadAttachment, {
      params: { id: message.attachments[0]?.id ?? 0 },
    })
    expect(message).toMatchObject({
      direction: 'outbound',
      authorId: ada.agentId,
      placedBy: 'agent-reply',
      to: [{ address: 'ivana@customer.test' }],
      delivery: { state: 'held', recipients: [{ address: 'ivana@customer.test', state: 'due' }] },
    })
    expect(sent.text).toContain('Опитайте пак.')
    expect(sent.to.map(one => one.address)).toEqual(['ivana@customer.test'])
    expect(bytes.includes('canary-of-the-note')).toBe(false)
    expect(Buffer.from(await attachment.arrayBuffer())).toEqual(file)
    const ticket = await ada.call(getTicket, { params: { number } })
    expect(ticket).toMatchObject({ state: 'waiting', waitingSince: null, messageCount: 2 })
    expect(ticket.events.map(event => event.kind)).toEqual(
      expect.arrayContaining(['note_written', 'reply_queued', 'state_changed']),
    )
  })

  test('taken back gives its text to the composer and the ticket its waiting customer', async () => {
    const { number } = await desk.ticket({ mailboxId: support, receivedAt: new Date('2026-05-04T08:00:00Z') })
    const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Too early' } })

    const undone = await ada.call(undoReply, { params: { id } })

    const ticket = await ada.call(getTicket, { params: { number } })
    expect(undone).toEqual({ text: 'Too early' })
    expect(ticket).toMatchObject({ state: 'open', waitingSince: '2026-05-04T08:00:00.000Z' })
    expect(ticket.messages.at(-1)?.delivery?.state).toBe('cancelled')
  })

  test('takes its ticket out of the Trash, and taken back puts it there again', async () => {
    const { number } = await desk.ticket({ mailboxId: support, subject: 'Thrown away' })
    await ada.call(updateTicket, { params: { number }, body: { isDeleted: true } })

    const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'After all.' } })
    const answered = await ada.call(getTicket, { params: { number } })
    await ada.call(undoReply, { params: { id } })
    const takenBack = await ada.call(getTicket, { params: { number } })

    expect(answered).toMatchObject({ state: 'waiting', deletedAt: null })
    expect(takenBack).toMatchObject({ state: 'open', deletedAt: expect.any(String) })
    const trail = takenBack.events.map(({ kind }) => kind).filter(kind => /^(deleted|restored)$/.test(kind))
    expect(trail).toEqual(['deleted', 'restored', 'deleted'])
  })

  test('of unknown fate is decided by an agent, once', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Was it sent?' } })
    await sql`update outbox set state = 'uncertain', uncertain_since = now() where message_id = ${id}`.execute(
      desk.database.db,
    )
    const decide = () => ada.fetch(decideUncertain, { params: { id }, body: { decision: 'was-sent' } })

    const first = await decide()
    const second = await decide()

    expect(await first.json()).toMatchObject({ id, delivery: { state: 'accepted' } })
    expect(second.status).toBe(409)
  })

  test('cannot be sent, undone or decided by who may not use the mailbox', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Mine' } })

    const refused = await Promise.all([
      ben.fetch(sendReply, { params: { number }, body: { text: 'not mine' } }),
      ben.fetch(undoReply, { params: { id } }),
      ben.fetch(decideUncertain, { params: { id }, body: { decision: 'was-sent' } }),
    ])

    expect(refused.map(response => response.status)).toEqual([404, 404, 404])
  })
})
