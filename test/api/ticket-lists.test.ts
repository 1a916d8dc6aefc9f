import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { saveDraft } from '../../src/shared/drafts.ts'
import { listQueues, listTickets, sendReply, undoReply, updateTicket } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { draftContent } from '../support/draft-content.ts'

let desk: Desk
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(async () => await desk.stop())

async function pageThrough(mailboxId: number, between?: () => Promise<void>) {
  const numbers: number[] = []
  let cursor: string | undefined
  do {
    const query = {
      queue: 'all' as const,
      order: 'newest' as const,
      mailboxId,
      limit: 3,
      ...(cursor ? { cursor } : {}),
    }
    const page = await ada.call(listTickets, { query })
    numbers.push(...page.data.map(row => row.number))
    cursor = page.nextCursor ?? undefined
    await between?.()
  } while (cursor !== undefined)
  return numbers
}

describe('the pages of a list', () => {
  test('hold every ticket once, newest message first, also when many arrived in one microsecond', async () => {
    const mailboxId = await desk.mailbox('pages@desk.test')
    const at = (n: number) => new Date(Date.UTC(2026, 4, 1 + Math.floor(n / 4)))
    const opened: number[] = []
    for (let n = 0; n < 11; n++) {
      opened.push((await desk.ticket({ mailboxId, receivedAt: at(n) })).number)
    }
    await sql`update ticket set last_message_at = last_message_at + interval '123 microseconds'
      where mailbox_id = ${mailboxId}`.execute(desk.database.db)

    const numbers = await pageThrough(mailboxId)

    expect(numbers).toEqual(opened.toReversed())
  })

  test('neither repeat nor miss a ticket while mail arrives', async () => {
    const mailboxId = await desk.mailbox('busy@desk.test')
    const opened: { ticketId: number; number: number }[] = []
    for (let day = 1; day <= 9; day++) {
      opened.push(await desk.ticket({ mailboxId, receivedAt: new Date(Date.UTC(2026, 4, day)) }))
    }
    let page = 0

    const numbers = await pageThrough(mailboxId, async () => {
      page++
      await desk.ticket({ mailboxId })
      if (page === 1) await desk.message(opened[0]?.ticketId ?? 0) // the last one rises to the top
    })

    expect(numbers).toEqual(
      opened
        .slice(1)
        .map(ticket => ticket.number)
        .toReversed(),
    )
  })
})

describe('who waits longest comes first', () => {
  test('counted from the first mail that was not answered, then the others, newest first, page by page', async () => {
    const mailboxId = await desk.mailbox('order@desk.test')
    const at = (day: number) => new Date(Date.UTC(2026, 4, day))
    const later = await desk.ticket({ mailboxId, receivedAt: at(3) })
    const first = await desk.ticket({ mailboxId, receivedAt: at(1) })
    const closed = await desk.ticket({ mailboxId, receivedAt: at(2), state: 'closed' })
    const newer = await desk.ticket({ mailboxId, receivedAt: at(9), state: 'closed' })
    await sql`update ticket set waiting_since = null where state = 'closed'`.execute(desk.database.db)
    await desk.message(first.ticketId, { receivedAt: at(8) })
    const numbers: number[] = []
    let cursor: string | undefined

    do {
      const query = { queue: 'all' as const, mailboxId, limit: 1, ...(cursor ? { cursor } : {}) }
      const page = await ada.call(listTickets, { query })
      numbers.push(...page.data.map(row => row.number))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)

    expect(numbers).toEqual([first.number, later.number, newer.number, closed.number])
  })
})

describe('the own queues', () => {
  const draft = draftContent('To be')

  test('Drafts and Sent hold what the agent writes and wrote, the latest first, and nobody else’s', async () => {
    const mailboxId = await desk.mailbox('own@desk.test')
    const sam = await desk.agent('sam', { mailboxIds: [mailboxId] })
    const [older, newer] = [await desk.ticket({ mailboxId }), await desk.ticket({ mailboxId })]
    const reply = (number: number, text: string, agent = sam) =>
      agent.call(sendReply, { params: { number }, body: { text } })
    await reply(older.number, 'One.')
    await reply(newer.number, 'Two.')
    await reply(older.number, 'Three.')
    const taken = await reply(newer.number, 'Four, by mistake.')
    await sam.call(undoReply, { params: { id: taken.id } })
    await sam.call(saveDraft, { params: { number: newer.number }, body: { content: draft, revision: 0 } })

    const listed = async (queue: Queue, agent: DeskAgent) =>
      (await agent.call(listTickets, { query: { queue, mailboxId } })).data.map(row => row.number)

    expect(await listed('sent', sam)).toEqual([older.number, newer.number])
    expect(await listed('drafts', sam)).toEqual([newer.number])
    expect([await listed('sent', ada), await listed('drafts', ada)]).toEqual([[], []])
    const counts = await sam.call(listQueues, { query: { mailboxId } })
    expect(counts.data).toContainEqual({ queue: 'drafts', count: 1 })
  })
})

describe('the queues', () => {
  test('hold what their names say, over all mailboxes, and their counts agree', async () => {
    const first = await desk.mailbox('first@desk.test')
    const second = await desk.mailbox('second@desk.test')
    const eva = await desk.agent('eva', { mailboxIds: [first, second] })
    const open = await desk.ticket({ mailboxId: first })
    const mine = await desk.ticket({ mailboxId: second, state: 'waiting' })
    const closed = await desk.ticket({ mailboxId: first, state: 'closed' })
    const spam = await desk.ticket({ mailboxId: second, state: 'spam' })
    await ada.call(updateTicket, { params: { number: mine.number }, body: { assigneeId: eva.agentId } })
    const numbersIn = async (queue: Queue) =>
      (await eva.call(listTickets, { query: { queue, order: 'newest' } })).data.map(row => row.number)

    const lists = {
      mine: await numbersIn('mine'),
      unassigned: await numbersIn('unassigned'),
      all: await numbersIn('all'),
      mentions: await numbersIn('mentions'),
      drafts: await numbersIn('drafts'),
      snoozed: await numbersIn('snoozed'),
      sent: await numbersIn('sent'),
      undelivered: await numbersIn('undelivered'),
      closed: await numbersIn('closed'),
      spam: await numbersIn('spam'),
      trash: await numbersIn('trash'),
    }
    const counts = await eva.call(listQueues, { query: {} })

    expect(lists).toEqual({
      mine: [mine.number],
      unassigned: [open.number],
      all: [closed.number, mine.number, open.number],
      mentions: [],
      drafts: [],
      snoozed: [],
      sent: [],
      undelivered: [],
      closed: [closed.number],
      spam: [spam.number],
      trash: [],
    })
    expect(counts.data).toEqual([
      { queue: 'mine', count: 1 },
      { queue: 'unassigned', count: 1 },
      { queue: 'all', count: null },
      { queue: 'mentions', count: 0 },
      { queue: 'drafts', count: 0 },
      { queue: 'snoozed', count: 0 },
      { queue: 'sent', count: null },
      { queue: 'undelivered', count: 0 },
      { queue: 'closed', count: null },
      { queue: 'spam', count: null },
      { queue: 'trash', count: null },
    ])
  })

  test('show a changed number at once on the screen that hears of the change', async () => {
    const mailboxId = await desk.mailbox('counted@desk.test')
    const query = { mailboxId }
    const unassigned = async () =>
      (await ada.call(listQueues, { query })).data.find(one => one.queue === 'unassigned')?.count
    await unassigned()

    await desk.ticket({ mailboxId })
    desk.bells.ring('live')

    await expect.poll(unassigned, { timeout: 900, interval: 20 }).toBe(1)
  })
})
