import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { updateTicket } from '../../src/shared/tickets.ts'
import {
  countViews,
  createView,
  listViews,
  orderViews,
  removeView,
  restoreView,
  updateView,
  type View,
} from '../../src/shared/views.ts'
import { VIEW_LIMITS } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { indexAll } from '../support/index-all.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent
let eva: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
  eva = await desk.agent('eva', { mailboxIds: [support, billing] })
})

afterAll(async () => await desk.stop())

const view = (agent: DeskAgent, wish: Partial<Pick<View, 'name' | 'isShared' | 'queue' | 'filter'>> = {}) =>
  agent.call(createView, {
    body: { name: 'VIP', isShared: false, queue: 'all', filter: { tags: ['vip'] }, ...wish },
  })

const seen = async (agent: DeskAgent) => (await agent.call(listViews)).data
const idsSeen = async (agent: DeskAgent) => (await seen(agent)).map(one => one.id)

async function countOf({ id }: Pick<View, 'id'>, agent: DeskAgent, mailboxId?: number) {
  const query = mailboxId === undefined ? {} : { mailboxId }
  const { data } = await agent.call(countViews, { query })
  return data.find(one => one.viewId === id)?.count
}

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (refusal: { status: number; problem: { code: string } }) => `${refusal.status} ${refusal.problem.code}`,
  )
}

describe('a view', () => {
  test('is kept as it was made, for its maker alone until it is shared', async () => {
    const filter = { tags: ['vip', 'a, b'], waitingMinutes: 240, assignees: ['me' as const] }

    const made = await view(ben, { name: '  Waiting VIPs ', filter, queue: 'unassigned' })

    const kept = { name: 'Waiting VIPs', isShared: false, queue: 'unassigned', filter }
    expect(made).toEqual({ ...kept, id: made.id, ownerId: ben.agentId, isEditable: true })
    expect(await seen(ben)).toContainEqual(made)
    expect(await idsSeen(ada)).not.toContain(made.id)
    expect(await refusalOf(ada.call(updateView, { params: { id: made.id }, body: { name: 'x' } }))).toBe(
      '404 not-found',
    )
    expect(await refusalOf(ada.call(removeView, { params: { id: made.id } }))).toBe('404 not-found')
    expect(await refusalOf(ada.call(restoreView, { params: { id: made.id } }))).toBe('404 not-found')
  })

  test('that is shared is seen by everybody and changed by its maker and admins; whom it is for by its maker', async () => {
    const { id } = await view(ben, { isShared: true })
    const change = (agent: DeskAgent, body: Partial<View>) =>
      refusalOf(agent.call(updateView, { params: { id }, body }))

    const answers = [
      await change(eva, { name: 'Mine now' }),
      await change(ada, { name: 'Very important', filter: { tags: ['vip'], states: ['open'] } }),
      await change(ada, { isShared: false }),
      await change(ada, { isShared: true }),
    ]

    const [theirs] = (await seen(eva)).filter(one => one.id === id)
    expect(answers).toEqual(['403 no-permission', 'done', '403 no-permission', 'done'])
    expect(theirs).toMatchObject({ name: 'Very important', isShared: true, isEditable: false })
    expect(await change(ben, { isShared: false })).toBe('done')
    expect(await idsSeen(eva)).not.toContain(id)
    expect(await idsSeen(ben)).toContain(id)
  })

  test('that was removed comes back as it was, in its place', async () => {
    const first = await view(eva)
    const second = await view(eva, { isShared: true })
    const order = [second.id, first.id]
    await eva.call(orderViews, { body: { ids: order } })

    await eva.call(removeView, { params: { id: second.id } })

    const left = await idsSeen(eva)
    const again = await refusalOf(eva.call(removeView, { params: { id: second.id } }))
    const byOther = await refusalOf(ben.call(restoreView, { params: { id: second.id } }))
    const restored = await eva.call(restoreView, { params: { id: second.id } })
    expect(left).not.toContain(second.id)
    expect([again, byOther]).toEqual(['404 not-found', '403 no-permission'])
    expect(restored).toEqual(second)
    expect((await idsSeen(eva)).filter(id => order.includes(id))).toEqual(order)
  })

  test('stands where each agent puts it, and after those where nobody has', async () => {
    const made = [await view(ada, { isShared: true }), await view(ada, { isShared: true })]
    const [one = 0, two = 0] = made.map(each => each.id)

    await ben.call(orderViews, { body: { ids: [two, 999_999, one, two] } })

    const three = (await view(ada, { isShared: true })).id
    const ofThree = (ids: number[]) => ids.filter(id => [one, two, three].includes(id))
    expect(ofThree(await idsSeen(ben))).toEqual([two, one, three])
    expect(ofThree(await idsSeen(ada))).toEqual([one, two, three])
  })

  test.each([
    { name: ' ' },
    { name: 'two\nlines' },
    { name: 'x'.repeat(61) },
    { queue: 'nowhere' as 'all' },
    { filter: { tags: [] } },
    { filter: { anything: ['else'] } as object },
  ])('with %o is refused', async wish => {
    expect(await refusalOf(view(ada, wish))).toBe('400 bad-request')
  })

  test('is one of fifty at most, also when two are made at once', async () => {
    const zoe = await desk.agent('zoe', { mailboxIds: [support] })
    await sql`insert into view (owner_id, is_shared, name, queue, filter)
      select ${zoe.agentId}, false, 'view ' || n, 'all', '{}' from generate_series(2, ${VIEW_LIMITS.own}) n`.execute(
      desk.database.db,
    )

    const answers = await Promise.all([refusalOf(view(zoe)), refusalOf(view(zoe))])

    expect(answers.toSorted()).toEqual(['409 too-many-views', 'done'])
    expect(await seen(zoe)).toHaveLength(
      VIEW_LIMITS.own + (await seen(zoe)).filter(one => one.isShared).length,
    )
  })
})

describe('the number beside a view', () => {
  test('is of the tickets that want work, in the mailboxes of whoever looks', async () => {
    const vip = { addTags: ['counted'] }
    const put = async (mailboxId: number, body: object) => {
      const { number } = await desk.ticket({ mailboxId })
      await ada.call(updateTicket, { params: { number }, body: { ...vip, ...body } })
    }
    for (const mailboxId of [support, billing]) {
      await put(mailboxId, {})
      await put(mailboxId, { priority: 'urgent' })
    }
    await put(support, { assigneeId: ben.agentId })
    await put(support, { state: 'closed' })
    await put(support, { snooze: { until: null } })
    await put(support, { isDeleted: true })
    const filter = { tags: ['counted'] }
    const all = await view(ada, { isShared: true, filter })
    const mine = await view(ada, { isShared: true, filter: { ...filter, assignees: ['me'] } })
    const snoozed = await view(ada, { isShared: true, filter, queue: 'snoozed' })
    const closed = await view(ada, { isShared: true, filter, queue: 'closed' })
    const urgent = await view(ada, { isShared: true, filter: { ...filter, priorities: ['urgent'] } })
    const gone = await view(ada, { isShared: true, filter: { tags: ['on no ticket'] } })
    const counts = (agent: DeskAgent, mailboxId?: number) =>
      Promise.all([all, mine, snoozed, closed, urgent, gone].map(one => countOf(one, agent, mailboxId)))

    expect(await counts(ada)).toEqual([5, 0, 1, null, 2, 0])
    expect(await counts(ben)).toEqual([3, 1, 1, null, 1, 0])
    expect(await counts(ada, billing)).toEqual([2, 0, 0, null, 1, 0])
  })

  test('follows a change of a ticket, and of the view itself', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const made = await view(ada, { filter: { tags: ['followed'] } })
    const before = await countOf(made, ada)

    await ada.call(updateTicket, { params: { number }, body: { addTags: ['followed'] } })
    await expect.poll(() => countOf(made, ada)).toBe(1)
    await ada.call(updateView, { params: { id: made.id }, body: { filter: { tags: ['other'] } } })

    expect(before).toBe(0)
    expect(await countOf(made, ada)).toBe(0)
  })

  test('counts words, languages and waiting as the list does', async () => {
    const wish = { mailboxId: billing, subject: 'Zamówienie 77', from: 'zofia@klient.test' }
    await desk.ticket({ ...wish, receivedAt: new Date(Date.now() - 3 * 3_600_000) })
    await sql`update customer set language = 'pl' from customer_address a
      where a.customer_id = customer.id and a.address = 'zofia@klient.test'`.execute(desk.database.db)
    await indexAll(desk.ground)
    const made = [
      await view(ada, { filter: { text: 'zamow' } }),
      await view(ada, { filter: { text: 'zamówienie', languages: ['pl'] } }),
      await view(ada, { filter: { languages: ['pl'], waitingMinutes: 120 } }),
      await view(ada, { filter: { languages: ['pl'], waitingMinutes: 240 } }),
      await view(ada, { filter: { languages: ['pl'] }, queue: 'mine' }),
    ]

    const counts = await Promise.all(made.map(one => countOf(one, ada)))

    expect(counts).toEqual([1, 1, 1, 0, 0])
  })
})
