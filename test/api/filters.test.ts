import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTeam } from '../../src/shared/teams.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import type { TicketFilter } from '../../src/shared/ticket-filter.ts'
import { listTickets, updateTicket } from '../../src/shared/tickets.ts'
import type { QueueName } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, type DeskTicket, startDesk } from '../support/desk.ts'
import { indexAll } from '../support/index-all.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent
let team: number
/** Four tickets that differ in all a filter can ask. */
let tickets: Record<'ann' | 'jan' | 'ivan' | 'olga', DeskTicket>

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
  team = (
    await ada.call(createTeam, {
      body: { name: 'Second line', memberIds: [], mailboxIds: [support, billing] },
    })
  ).id
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)
  tickets = {
    ann: await desk.ticket({ mailboxId: support, from: 'ann@customer.test', receivedAt: ago(1) }),
    jan: await desk.ticket({
      mailboxId: billing,
      from: { name: 'Jan Kowalski', address: 'jan@firma.test' },
      subject: 'Faktura 4521/2026',
      receivedAt: ago(5),
    }),
    ivan: await desk.ticket({
      mailboxId: support,
      from: { name: 'Иван Петров', address: 'ivan@firma.test' },
      subject: 'Фактурата ми липсва',
      receivedAt: ago(30),
    }),
    olga: await desk.ticket({ mailboxId: billing, from: 'olga@customer.test', receivedAt: ago(50) }),
  }
  const { ann, jan, ivan, olga } = tickets
  await change(ann, { addTags: ['vip', 'refund'], assigneeId: ada.agentId })
  await change(jan, { addTags: ['vip'], priority: 'urgent', teamId: team })
  await change(ivan, { priority: 'high', state: 'waiting', assigneeId: ben.agentId })
  await change(olga, { state: 'closed' })
  await speaks('jan@firma.test', 'pl')
  await speaks('ivan@firma.test', 'bg')
  await indexAll(desk.ground)
})

afterAll(async () => await desk.stop())

async function change({ number }: DeskTicket, body: TicketChange): Promise<void> {
  await ada.call(updateTicket, { params: { number }, body })
}

async function speaks(address: string, language: string): Promise<void> {
  await sql`update customer set language = ${language} from customer_address a
    where a.customer_id = customer.id and a.address = ${address}`.execute(desk.database.db)
}

/** Who wrote the tickets of a narrowed list, in the order of the names above. */
async function listed(filter: TicketFilter, queue: QueueName = 'all', agent = ada): Promise<string[]> {
  const { data } = await agent.call(listTickets, { query: { queue, ...filter } })
  const numbers = data.map(row => row.number)
  return Object.entries(tickets).flatMap(([name, { number }]) => (numbers.includes(number) ? name : []))
}

describe('a list narrowed by a filter', () => {
  test.each<[TicketFilter, string[]]>([
    [{ tags: ['vip'] }, ['ann', 'jan']],
    [{ tags: ['refund', 'gone'] }, ['ann']],
    [{ assignees: ['me'] }, ['ann']],
    [{ assignees: ['nobody'] }, ['olga']],
    [{ states: ['waiting', 'closed'] }, ['ivan', 'olga']],
    [{ states: ['spam'] }, []],
    [{ languages: ['pl', 'bg'] }, ['jan', 'ivan']],
    [{ priorities: ['high', 'urgent'] }, ['jan', 'ivan']],
    [{ priorities: ['normal', 'urgent'] }, ['ann', 'jan', 'olga']],
    [{ waitingMinutes: 240 }, ['jan']],
    [{ tags: ['vip'], waitingMinutes: 240, states: ['open'], languages: ['pl'] }, ['jan']],
    [{ tags: ['vip'], priorities: ['high'] }, []],
  ])('to %o holds those that fit all of it, and any value of each part', async (filter, names) => {
    const found = [await listed(filter)]
    found.push(await listed({ ...filter, states: filter.states ?? ['open', 'waiting', 'closed', 'spam'] }))

    expect(found).toEqual([names, names])
  })

  test('to agents, teams and mailboxes holds theirs', async () => {
    const found = [
      await listed({ assignees: [`agent-${ben.agentId}`, `team-${team}`] }),
      await listed({ assignees: [`team-${team}`] }),
      await listed({ mailboxIds: [billing] }),
      await listed({ mailboxIds: [support, billing], states: ['open'] }),
      await listed({ tags: ['vip'] }, 'mine'),
      await listed({ tags: ['vip'] }, `team-${team}`),
      await listed({ priorities: ['high'] }, 'unassigned'),
    ]

    expect(found).toEqual([['jan', 'ivan'], ['jan'], ['jan', 'olga'], ['ann', 'jan'], ['ann'], ['jan'], []])
  })

  test('finds words of the subject and of whom it is from, also when they are only begun', async () => {
    const found = [
      await listed({ text: 'faktura' }),
      await listed({ text: '4521' }),
      await listed({ text: 'kowal FAKT' }),
      await listed({ text: 'фактури иван' }),
      await listed({ text: 'firma.test' }),
      await listed({ text: 'firma.test', states: ['waiting'] }, 'all', ben),
      await listed({ text: 'password kowalski' }),
      await listed({ text: '-"tag:!' }),
    ]

    expect(found).toEqual([['jan'], ['jan'], ['jan'], ['ivan'], ['jan', 'ivan'], ['ivan'], [], []])
  })

  test('holds nothing, and does not fail, where what it names is not there or not theirs', async () => {
    const found = [
      await listed({ tags: ['never used'] }),
      await listed({ assignees: ['agent-999999'] }),
      await listed({ assignees: ['team-999999'] }),
      await listed({ mailboxIds: [999_999] }),
      await listed({ languages: ['zz'] }),
      await listed({ mailboxIds: [billing] }, 'all', ben),
      await listed({ text: 'kowalski' }, 'all', ben),
      await listed({ tags: ['vip'] }, 'all', ben),
    ]

    expect(found).toEqual([[], [], [], [], [], [], [], ['ann']])
  })

  test('refuses what no filter can be', async () => {
    const asked = [
      `tags=${Array.from({ length: 21 }, (_, n) => `t${n}`).join('&tags=')}`,
      'assignees=everybody',
      'states=lost',
      'waitingMinutes=0',
      `text=${'x'.repeat(201)}`,
      'text=a%0Ab',
      'languages=%27%3B--',
      'color=red',
    ]

    const answers = await Promise.all(
      asked.map(query =>
        fetch(`${desk.baseUrl}/api/v1/tickets?queue=all&${query}`, { headers: ada.headers }),
      ),
    )

    expect(answers.map(answer => answer.status)).toEqual(asked.map(() => 400))
  })
})

describe('a narrowed list', () => {
  test('is paged like any other, by each order and in each queue', async () => {
    const mailboxId = await desk.mailbox('pages@desk.test')
    for (let n = 0; n < 9; n++) {
      const ticket = await desk.ticket({ mailboxId, from: `p${n}@customer.test` })
      if (n % 4 !== 0) await change(ticket, { addTags: ['paged'] })
      if (n > 5) await change(ticket, { state: 'closed' })
    }
    const pageThrough = async (queue: QueueName, order: 'waiting' | 'newest') => {
      const numbers: number[] = []
      let cursor: string | null | undefined
      while (cursor !== null) {
        const more = cursor === undefined ? {} : { cursor }
        const filter = { tags: ['paged'], mailboxIds: [mailboxId] }
        const page = await ada.call(listTickets, { query: { queue, order, limit: 2, ...filter, ...more } })
        numbers.push(...page.data.map(row => row.number))
        cursor = page.nextCursor
      }
      return { listed: numbers.length, different: new Set(numbers).size }
    }

    const pages = [
      await pageThrough('all', 'waiting'),
      await pageThrough('all', 'newest'),
      await pageThrough('unassigned', 'waiting'),
      await pageThrough('closed', 'newest'),
    ]

    expect(pages.map(page => page.listed)).toEqual([6, 6, 4, 2])
    expect(pages.map(page => page.different)).toEqual([6, 6, 4, 2])
  })

  test('shows a twin where the mailbox of its lead is filtered away, and else its lead alone', async () => {
    const lead = await desk.ticket({ mailboxId: support, from: 'both@customer.test' })
    const twin = await desk.ticket({ mailboxId: billing, from: 'both@customer.test' })
    await sql`update ticket set twin_of_id = ${lead.ticketId}, twin_mailbox_id = ${support}, waiting_since = null
      where id = ${twin.ticketId}`.execute(desk.database.db)
    for (const each of [lead, twin]) {
      await sql`insert into ticket_tag select ${each.ticketId}, id from tag where name = 'refund'`.execute(
        desk.database.db,
      )
    }
    const numbers = async (filter: TicketFilter) =>
      (await ada.call(listTickets, { query: { queue: 'all', tags: ['refund'], ...filter } })).data
        .map(row => row.number)
        .filter(number => number === lead.number || number === twin.number)

    const found = [await numbers({}), await numbers({ mailboxIds: [billing] })]

    expect(found).toEqual([[lead.number], [twin.number]])
  })
})
