import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seeMentions } from '../../src/shared/mentions.ts'
import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  lookAtNotifications,
  type NotificationSettings,
} from '../../src/shared/notifications.ts'
import { mergeTicket } from '../../src/shared/placing.ts'
import { announcePresence } from '../../src/shared/presence.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { sendReply, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let count = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(async () => await desk.stop())

const newAgent = (mailboxIds = [support]) => desk.agent(`agent${++count}`, { mailboxIds })
const at = ({ agentId }: DeskAgent) => `<span data-mention="${agentId}">@x</span>`
const note = (number: number, html: string, by = ada) =>
  by.call(writeNote, { params: { number }, body: { html } })
const change = (number: number, body: TicketChange, by = ada) =>
  by.call(updateTicket, { params: { number }, body })
const choose = (agent: DeskAgent, body: NotificationSettings) =>
  agent.call(changeNotificationSettings, { body })
const told = async (agent: DeskAgent) => (await agent.call(listNotifications)).data
/** The events and numbers an agent is told of, new ones with a star. */
const short = async (agent: DeskAgent) =>
  (await told(agent)).map(one => `${one.event} ${one.ticketNumber}${one.isNew ? '*' : ''}`)

/** A ticket that ada gave to an agent. */
async function given(agent: DeskAgent, mailboxId = support) {
  const ticket = await desk.ticket({ mailboxId })
  await change(ticket.number, { assigneeId: agent.agentId })
  return ticket
}

describe('an agent is told', () => {
  test('of a mention, of a ticket a colleague gave them and of mail in one they have or follow, newest first', async () => {
    const ben = await newAgent()
    const [called, own, followed] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support, subject: '<b>Refund</b>' }),
      await desk.ticket({ mailboxId: support }),
    ]
    await change(followed.number, { isFollowed: true }, ben)
    const { id: noteId } = await note(called.number, `<p>Look, ${at(ben)}</p>`)
    await change(own.number, { assigneeId: ben.agentId })
    const first = await desk.message(own.ticketId)
    const second = await desk.message(own.ticketId, { text: 'Still broken' })
    const third = await desk.message(followed.ticketId, { from: 'someone@customer.test' })

    const list = await told(ben)

    const open = { mailboxId: support, isNew: true }
    expect(list).toMatchObject([
      { ...open, event: 'answer', ticketNumber: followed.number, hit: `m${third}` },
      {
        ...open,
        event: 'answer',
        ticketNumber: own.number,
        name: 'Ivana Petrova',
        subject: '<b>Refund</b>',
        excerpt: 'Still broken',
        hit: `m${second}`,
        channels: { list: true, browser: true, sound: true, mail: true },
      },
      { ...open, event: 'assigned', ticketNumber: own.number, name: 'ada', hit: null },
      {
        ...open,
        event: 'mention',
        ticketNumber: called.number,
        name: 'ada',
        excerpt: expect.stringMatching(/^Look, @agent\d+$/),
        hit: `n${noteId}`,
      },
    ])
    expect(list.map(one => one.hit)).not.toContain(`m${first}`)
    expect(new Set(list.map(one => one.id)).size).toBe(4)
  })

  test('nothing of what they did themselves, nor of what came before a ticket was theirs', async () => {
    const ben = await newAgent()
    const { ticketId, number } = await desk.ticket({ mailboxId: support })
    await desk.message(ticketId)

    await change(number, { assigneeId: ben.agentId }, ben)
    await note(number, `<p>${at(ben)}</p>`, ben)
    await ben.call(sendReply, { params: { number }, body: { text: 'Done' } })

    expect(await short(ben)).toEqual([])
  })

  test('nothing of mail that asks for no answer: from machines, from who failed the check, imported, of a storm', async () => {
    const ben = await newAgent()
    const { ticketId, number } = await given(ben)
    await desk.message(ticketId, { kind: 'auto-reply' })
    await desk.message(ticketId, { placedBy: 'storm' })
    await desk.message(ticketId, { receivedAt: new Date(Date.now() - 30 * 86_400_000) })
    const forged = await desk.message(ticketId)
    await sql`update message set sender_grade = 'failed' where id = ${forged}`.execute(desk.database.db)

    expect(await short(ben)).toEqual([`assigned ${number}*`])
  })
})

describe('what an agent is told is', () => {
  test('only what they may see now, and only while it is so', async () => {
    const ben = await newAgent([support, billing])
    const tickets = [
      await given(ben, billing),
      await given(ben),
      await given(ben),
      await given(ben),
      await given(ben),
    ]
    const [closedOff, thrown, spam, taken, kept] = tickets
    for (const { ticketId, number } of tickets) {
      await desk.message(ticketId)
      await note(number, `<p>${at(ben)}</p>`)
    }

    await sql`delete from agent_mailbox
      where agent_id = ${ben.agentId} and mailbox_id = ${billing}`.execute(desk.database.db)
    await change(thrown?.number ?? 0, { isDeleted: true })
    await change(spam?.number ?? 0, { state: 'spam' })
    await change(taken?.number ?? 0, { assigneeId: ada.agentId })

    expect(closedOff).toBeDefined()
    expect((await short(ben)).toSorted()).toEqual(
      [
        `answer ${kept?.number}*`,
        `assigned ${kept?.number}*`,
        `mention ${kept?.number}*`,
        `mention ${taken?.number}*`,
      ].toSorted(),
    )
  })

  test('listed under the number where a merged ticket is now', async () => {
    const ben = await newAgent()
    const merged = await given(ben)
    const survivor = await desk.ticket({ mailboxId: support })
    await note(merged.number, `<p>${at(ben)}</p>`)

    await ada.call(mergeTicket, {
      params: { number: merged.number },
      body: { intoNumber: survivor.number },
    })

    expect((await short(ben)).toSorted()).toEqual(
      [`assigned ${survivor.number}*`, `mention ${survivor.number}*`].toSorted(),
    )
  })
})

describe('what is told is new', () => {
  test('until the agent has looked at it, and never again by an earlier moment', async () => {
    const ben = await newAgent()
    const [first, second] = [await given(ben), await given(ben)]
    const [, older] = await told(ben)
    const look = (upTo: string) => ben.call(lookAtNotifications, { body: { upTo } })

    const before = await short(ben)
    await look(older?.at ?? '')
    const between = await short(ben)
    await look('2099-01-01T00:00:00.000Z')
    await look(older?.at ?? '')
    const after = await short(ben)
    await desk.message(second.ticketId)

    expect(before).toEqual([`assigned ${second.number}*`, `assigned ${first.number}*`])
    expect(between).toEqual([`assigned ${second.number}*`, `assigned ${first.number}`])
    expect(after).toEqual([`assigned ${second.number}`, `assigned ${first.number}`])
    expect(await short(ben)).toEqual([`answer ${second.number}*`, ...after])
  })

  test('until the agent has seen the note, or done something in the ticket', async () => {
    const ben = await newAgent()
    const [seen, answered] = [await desk.ticket({ mailboxId: support }), await given(ben)]
    const { id: upToNoteId } = await note(seen.number, `<p>${at(ben)}</p>`)
    await desk.message(answered.ticketId)

    await ben.call(seeMentions, { params: { number: seen.number }, body: { upToNoteId } })
    await ben.call(sendReply, { params: { number: answered.number }, body: { text: 'Done' } })

    expect((await short(ben)).toSorted()).toEqual(
      [`answer ${answered.number}`, `assigned ${answered.number}`, `mention ${seen.number}`].toSorted(),
    )
  })
})

test('what came while an agent had the ticket on the screen is not new to them, in any browser', async () => {
  const ben = await newAgent()
  const [open, left] = [await given(ben), await given(ben)]
  const show = (number: number | null) =>
    ben.call(announcePresence, { params: { tab: 'tab-of-ben' }, body: { number, doing: 'viewing' } })

  await show(left.number)
  await show(open.number)
  await desk.message(left.ticketId)
  await desk.message(open.ticketId)
  await show(null)

  expect(await short(ben)).toEqual([
    `answer ${open.number}`,
    `answer ${left.number}*`,
    `assigned ${left.number}`,
    `assigned ${open.number}`,
  ])
})

describe('an agent chooses', () => {
  const all = { list: true, browser: true, sound: true, mail: true }
  const none = { list: false, browser: false, sound: false, mail: false }

  test('by which ways they are told of each event; one that goes no way is not told', async () => {
    const ben = await newAgent()
    const { number, ticketId } = await given(ben)
    await desk.message(ticketId)
    const first = await ben.call(getNotificationSettings)

    const channels = { ...first.channels, assigned: none, answer: { ...none, sound: true } }
    const chosen = await choose(ben, { ...first, channels })

    expect(first).toMatchObject({ mutedMailboxIds: [], quietHours: null })
    expect(chosen).toEqual(await ben.call(getNotificationSettings))
    expect(await told(ben)).toMatchObject([
      { event: 'answer', ticketNumber: number, channels: { ...none, sound: true } },
    ])
  })

  test('what was chosen before there was mail stays, and mail begins as for everybody', async () => {
    const ben = await newAgent()
    const [old, { mail: _, ...ways }] = [await ben.call(getNotificationSettings), none]
    const choices = { ...old, channels: { mention: ways, assigned: ways } }
    await sql`insert into notification_setting (agent_id, choices)
      values (${ben.agentId}, ${JSON.stringify(choices)})`.execute(desk.database.db)

    const { channels } = await ben.call(getNotificationSettings)

    expect(channels.mention).toEqual({ ...none, mail: true })
    expect(channels.undelivered).toEqual({ ...all, sound: false })
  })

  test('mailboxes they are told nothing of', async () => {
    const ben = await newAgent([support, billing])
    const { number } = await given(ben)
    await given(ben, billing)
    const first = await ben.call(getNotificationSettings)

    await choose(ben, { ...first, mutedMailboxIds: [billing] })

    expect(await short(ben)).toEqual([`assigned ${number}*`])
  })

  test('quiet hours in which only the list grows', async () => {
    const ben = await newAgent()
    await given(ben)
    const first = await ben.call(getNotificationSettings)
    const everyDay = { from: '00:00', to: '00:00', days: [0, 1, 2, 3, 4, 5, 6] }

    await choose(ben, { ...first, channels: { ...first.channels, assigned: all }, quietHours: everyDay })
    const quiet = await ben.call(listNotifications)
    await choose(ben, { ...first, channels: { ...first.channels, assigned: all }, quietHours: null })
    const loud = await ben.call(listNotifications)

    expect(quiet).toMatchObject({
      isQuiet: true,
      data: [{ isNew: true, channels: { ...none, list: true } }],
    })
    expect(loud).toMatchObject({ isQuiet: false, data: [{ channels: all }] })
  })
})
