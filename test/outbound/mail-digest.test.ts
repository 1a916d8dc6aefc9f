import { sql } from 'kysely'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findDigests, mailDigest } from '../../src/outbound/mail-digest.ts'
import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  lookAtNotifications,
} from '../../src/shared/notifications.ts'
import { announcePresence } from '../../src/shared/presence.ts'
import { sendReply, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import type { DeskAgent } from '../support/desk.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type MailDesk, startMailDesk } from './mail-desk.ts'

let desk: MailDesk
let support: number
let billing: number
let ada: DeskAgent
let count = 0

beforeAll(async () => {
  desk = await startMailDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

beforeEach(() => desk.sink.behave())

afterAll(async () => await desk.stop())

const db = () => desk.database.db

type Ben = DeskAgent & { name: string; mails: () => string[] }

/** An agent of both mailboxes with what was mailed to them. */
async function newBen(): Promise<Ben> {
  const name = `ben${++count}`
  const agent = await desk.agent(name, { mailboxIds: [support, billing] })
  const mails = () =>
    desk.sink.accepted.filter(mail => mail.to.includes(`${name}@desk.test`)).map(mail => mail.raw.toString())
  return { ...agent, name, mails }
}

/** A ticket of a colleague's giving. */
async function give(ben: Ben, wish: { mailboxId?: number; subject?: string } = {}) {
  const ticket = await desk.ticket({ mailboxId: support, ...wish })
  await ada.call(updateTicket, { params: { number: ticket.number }, body: { assigneeId: ben.agentId } })
  return ticket
}

const mention = (ben: Ben, number: number, words = 'Please look') =>
  ada.call(writeNote, {
    params: { number },
    body: { html: `<p>${words}, <span data-mention="${ben.agentId}">@x</span></p>` },
  })

/** A quarter of an hour passes. */
async function passTime(): Promise<void> {
  const passed = sql`interval '16 minutes'`
  await sql`update ticket_event set at = at - ${passed}`.execute(db())
  await sql`update mention set mentioned_at = mentioned_at - ${passed}`.execute(db())
  await sql`update ticket_seen set at = at - ${passed}`.execute(db())
  await sql`update presence set seen_at = seen_at - ${passed}`.execute(db())
  await sql`update notification_setting set looked_at = looked_at - ${passed}, mailed_to = mailed_to - ${passed},
    mailed_at = mailed_at - ${passed}`.execute(db())
}

/** What the clock does each minute, and then the jobs that it queued; of one that fails it says so and keeps it. */
async function minute(): Promise<string[]> {
  await findDigests(desk.mailing)
  const { rows } = await sql<{ id: number; agentId: number }>`
    select id, substr(key, 13)::bigint as "agentId" from graphile_worker.jobs where task_identifier = 'mail_digest'`.execute(
    db(),
  )
  const faults: string[] = []
  for (const { id, agentId } of rows) {
    try {
      await mailDigest(desk.mailing, { agentId })
      await sql`select graphile_worker.complete_jobs(array[${id}]::bigint[])`.execute(db())
    } catch (error) {
      faults.push((error as { code: string }).code)
    }
  }
  return faults
}

const parsed = async (mail: string | undefined) => await simpleParser(mail ?? '')

describe('what an agent has not seen', () => {
  test('for a quarter of an hour comes as one mail in their language, with what came meanwhile, and never again', async () => {
    const ben = await newBen()
    await sql`update agent set language = 'bg', time_zone = 'Europe/Sofia' where id = ${ben.agentId}`.execute(
      db(),
    )
    const [own, other] = [await give(ben), await desk.ticket({ mailboxId: billing, subject: 'Refund' })]
    await minute()
    await passTime()
    const { id: noteId } = await mention(ben, other.number)
    const before = ben.mails().length
    const messageId = await desk.message(own.ticketId, { text: 'Still broken' })

    await findDigests(desk.mailing)
    await Promise.all([mailDigest(desk.mailing, ben), mailDigest(desk.mailing, ben)])
    await minute()
    await passTime()
    await minute()

    const [raw, ...more] = ben.mails()
    const mail = await parsed(raw)
    expect([before, more]).toEqual([0, []])
    expect(mail.subject).toMatch(/^Още невидяно: #\d+, #\d+$/)
    for (const words of [mail.text ?? '', String(mail.html).replaceAll('&#x3D;', '=')]) {
      expect(words).toContain(`https://desk.example.org/queue/all/${other.number}?hit=n${noteId}`)
      expect(words).toContain(`https://desk.example.org/queue/all/${own.number}?hit=m${messageId}`)
      for (const part of [
        `#${other.number} Refund`,
        'Ivana Petrova',
        'от ada',
        'Still broken',
        'Please look',
      ])
        expect(words).toContain(part)
    }
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  })

  test('is not mailed where they saw it meanwhile: on the screen, in the list, by an answer', async () => {
    const ben = await newBen()
    const [shown, answered, left] = [await give(ben), await give(ben), await give(ben)]
    const cai = await newBen()
    await give(cai)
    await passTime()

    const body = { number: shown.number, doing: 'viewing' } as const
    await ben.call(announcePresence, { params: { tab: 'tab-of-ben' }, body })
    await ben.call(sendReply, { params: { number: answered.number }, body: { text: 'Done' } })
    const [newest] = (await cai.call(listNotifications)).data
    await cai.call(lookAtNotifications, { body: { upTo: newest?.at ?? '' } })
    await minute()

    const mails = await Promise.all(ben.mails().map(parsed))
    expect(mails.map(mail => mail.subject)).toEqual([`Not seen yet: #${left.number}`])
    expect(cai.mails()).toEqual([])
  })
})

describe('the mail of what an agent has not seen', () => {
  test('waits for the end of quiet hours, all for one mail', async () => {
    const ben = await newBen()
    const first = await ben.call(getNotificationSettings)
    const quietHours = { from: '00:00', to: '00:00', days: [0, 1, 2, 3, 4, 5, 6] }
    await ben.call(changeNotificationSettings, { body: { ...first, quietHours } })
    const older = await give(ben)
    await passTime()
    await minute()
    const newer = await give(ben)
    await passTime()
    await minute()
    const whileQuiet = ben.mails().length

    await ben.call(changeNotificationSettings, { body: first })
    await minute()

    const [mail, ...more] = ben.mails()
    const { subject } = await parsed(mail)
    expect([whileQuiet, more]).toEqual([0, []])
    expect(subject).toBe(`Not seen yet: #${newer.number}, #${older.number}`)
  })

  test('is one mail while they are away, and the next when they were back or a day later', async () => {
    const ben = await newBen()
    const happens = async () => {
      const { number } = await give(ben)
      await passTime()
      await minute()
      return { number, mails: ben.mails().length }
    }

    const first = await happens()
    const away = await happens()
    const body = { number: first.number, doing: 'viewing' } as const
    await ben.call(announcePresence, { params: { tab: 'tab-of-ben' }, body })
    await minute()
    const back = ben.mails().length
    const awayAgain = await happens()
    await sql`update notification_setting set mailed_at = mailed_at - interval '25 hours'
      where agent_id = ${ben.agentId}`.execute(db())
    await minute()

    expect([first.mails, away.mails, back, awayAgain.mails, ben.mails().length]).toEqual([1, 1, 2, 2, 3])
  })

  test('tells nothing of mailboxes taken away or muted, nor of what they want no mail of, nor once they left', async () => {
    const [ben, cai, gone] = [await newBen(), await newBen(), await newBen()]
    const unwanted = await desk.ticket({ mailboxId: support })
    await mention(ben, unwanted.number)
    await give(ben, { mailboxId: billing })
    const kept = await give(ben)
    await give(cai, { mailboxId: billing })
    await give(gone)
    const first = await ben.call(getNotificationSettings)
    const channels = { ...first.channels, mention: { ...first.channels.mention, mail: false } }
    await ben.call(changeNotificationSettings, { body: { ...first, channels } })
    await cai.call(changeNotificationSettings, { body: { ...first, mutedMailboxIds: [billing] } })
    await passTime()

    await sql`delete from agent_mailbox where agent_id = ${ben.agentId} and mailbox_id = ${billing}`.execute(
      db(),
    )
    await sql`update agent set state = 'deactivated' where id = ${gone.agentId}`.execute(db())
    await minute()

    const mails = await Promise.all(ben.mails().map(parsed))
    expect(mails.map(mail => mail.subject)).toEqual([`Not seen yet: #${kept.number}`])
    expect([...cai.mails(), ...gone.mails()]).toEqual([])
  })
})

describe('a digest is handed over once', () => {
  test('where the server refuses it first, and where no mailbox could send', async () => {
    const ben = await newBen()
    const { number } = await give(ben)
    await passTime()
    await sql`update mailbox set state = 'paused'`.execute(db())
    await minute()
    await sql`update mailbox set state = 'active'`.execute(db())
    desk.sink.behave(answerAt('final', { reply: 451, text: '4.3.0 later' }))
    const faults = [...(await minute()), ...(await minute())]
    const listed = (await ben.call(listNotifications)).data

    desk.sink.behave()
    await minute()
    await minute()

    expect(faults).toEqual(['server-said-no', 'server-said-no'])
    expect(listed).toMatchObject([{ ticketNumber: number, isNew: true }])
    expect(ben.mails()).toHaveLength(1)
  })

  test('where the server took it and its answer was lost', async () => {
    const ben = await newBen()
    await give(ben)
    await passTime()
    desk.sink.behave(answerAt('final', { drop: 'before-reply' }))

    const faults = await minute()
    desk.sink.behave()
    await minute()

    expect(faults).toEqual([])
    expect(ben.mails()).toHaveLength(1)
  })
})

test('no word of a stranger becomes a field, a tag or an address of the mail', async () => {
  const ben = await newBen()
  const evil = '</a><img src=x onerror=alert(1)><a href="https://evil.test">'
  const { ticketId, number } = await give(ben, { subject: `${evil} {{link}}\r\nBcc: all@evil.test` })
  await desk.message(ticketId, {
    from: { name: `${evil}\r\nX-Evil: 1`, address: 'evil@customer.test' },
    text: `\u202e${evil}\r\n\r\nhttps://desk.example.org/settings/notifications`,
  })
  await passTime()

  await minute()

  const [raw] = ben.mails()
  const mail = await parsed(raw)
  const html = String(mail.html)
  const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(found => found[1]?.replace('&#x3D;', '='))
  const fields = (raw ?? '').split('\r\n\r\n', 1)[0] ?? ''
  expect(mail.subject).toBe(`Not seen yet: #${number}`)
  expect(fields).not.toMatch(/evil/i)
  expect(html).not.toMatch(/<img|\u202e/)
  expect(html).toContain('&lt;img src')
  expect(new Set(hrefs.map(href => href?.split('?')[0]))).toEqual(
    new Set([
      `https://desk.example.org/queue/all/${number}`,
      'https://desk.example.org',
      'https://desk.example.org/settings/notifications',
    ]),
  )
  expect(mail.text).toContain('{{link}} Bcc: all@evil.test')
})

test('an agent who signs in with the address of a mailbox is mailed there, and it becomes no ticket', async () => {
  const ben = await newBen()
  await give(ben)
  await sql`update agent set email = 'billing@desk.test' where id = ${ben.agentId}`.execute(db())
  await passTime()
  await minute()
  const sent = desk.sink.accepted.find(mail => mail.to.includes('billing@desk.test'))

  const received = desk.receive(billing, sent?.raw ?? Buffer.alloc(0))

  await expect(received).rejects.toThrow('the mail was not filed')
})
