import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createCustomerField,
  removeCustomerField,
  restoreCustomerField,
} from '../../src/shared/customer-fields.ts'
import { getTicketCustomer, updateCustomer } from '../../src/shared/customers.ts'
import { mergeTicket, splitTicket, undoMerge } from '../../src/shared/placing.ts'
import { search } from '../../src/shared/search.ts'
import { createTeam } from '../../src/shared/teams.ts'
import { updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { indexAll } from '../support/index-all.ts'

let desk: Desk
let owner: DeskAgent
let mailboxId: number

beforeAll(async () => {
  desk = await startDesk()
  owner = await desk.agent('ada', { role: 'owner' })
  mailboxId = await desk.mailbox('support@desk.test')
})

afterAll(async () => await desk.stop())

async function find(q: string, by = owner, more: { cursor?: string; limit?: number } = {}) {
  return await by.call(search, { query: { q, ...more } })
}

async function numbersOf(q: string, by = owner): Promise<number[]> {
  return (await find(q, by)).data.map(hit => hit.number)
}

async function fault(q: string) {
  const answer = await owner.fetch(search, { query: { q } })
  return { status: answer.status, ...((await answer.json()) as { code: string; details: object }) }
}

/** A ticket whose words are made. */
async function ticket(wish: Parameters<Desk['ticket']>[0]) {
  const opened = await desk.ticket(wish)
  await indexAll(desk.ground)
  return opened
}

describe('a search', () => {
  test('finds words in any order, phrases in theirs, and shows where', async () => {
    const opened = await ticket({
      mailboxId,
      subject: 'Toaster',
      text: 'The crumb tray of the toaster rattles.',
    })

    const hits = await find('rattles "crumb tray"')
    const turned = await find('"tray crumb"')

    expect(hits.data).toMatchObject([{ number: opened.number, messageId: opened.messageId, noteId: null }])
    const [{ excerpt }] = hits.data as [(typeof hits.data)[0]]
    const marked = excerpt.marks.map(({ start, end }) => excerpt.text.slice(start, end))
    expect(marked).toEqual(['crumb tray', 'rattles'])
    expect(turned.data).toEqual([])
  })

  test('narrows by facets and leaves out what stands behind a minus', async () => {
    const at = (day: string) => new Date(`2026-03-${day}T12:00:00Z`)
    const kept = await desk.ticket({ mailboxId, subject: 'Zither one', receivedAt: at('10') })
    const closed = await desk.ticket({
      mailboxId,
      subject: 'Zither two',
      state: 'closed',
      receivedAt: at('11'),
    })
    const other = await ticket({
      mailboxId,
      subject: 'Zither three',
      from: { name: 'Boris Zahariev', address: 'boris@strings.test' },
      receivedAt: at('12'),
    })
    const content = { name: 'Стрелковый оркестр', memberIds: [], mailboxIds: [mailboxId] }
    const team = await owner.call(createTeam, { body: content })
    await owner.call(updateTicket, {
      params: { number: kept.number },
      body: { addTags: ['strings'], assigneeId: owner.agentId, teamId: team.id },
    })

    const found = await Promise.all(
      [
        'zither -is:closed',
        'zither is:closed',
        'zither from:boris@strings.test',
        'zither from:zahariev',
        'subject:zither tag:strings',
        'zither assignee:me',
        'zither is:mine',
        'zither assignee:nobody',
        'zither after:2026-03-11 before:2026-03-12',
        'zither mailbox:support',
        'zither -one -from:boris',
        'tag:strings',
        'team:оркестр',
        'zither -team:"Стрелковый оркестр"',
        'zither team:none is:closed',
      ].map(q => numbersOf(q)),
    )

    expect(found).toEqual([
      [other.number, kept.number],
      [closed.number],
      [other.number],
      [other.number],
      [kept.number],
      [kept.number],
      [kept.number],
      [other.number, closed.number],
      [closed.number],
      [other.number, closed.number, kept.number],
      [closed.number],
      [kept.number],
      [kept.number],
      [other.number, closed.number],
      [closed.number],
    ])
  })
})

describe('what is typed', () => {
  test('is refused with what cannot be understood, and what may be meant', async () => {
    expect(await fault('form:ivan')).toMatchObject({
      status: 400,
      code: 'bad-search',
      details: { problem: 'unknown-facet', facet: 'form', suggestions: ['from'] },
    })
    expect(await fault('is:happy')).toMatchObject({ details: { problem: 'unknown-value', facet: 'is' } })
    expect(await fault('before:soon')).toMatchObject({ details: { problem: 'bad-date', value: 'soon' } })
    expect(await fault('tag:nowhere-used')).toMatchObject({
      details: { problem: 'unknown-value', facet: 'tag' },
    })
    expect(await fault('assignee:zzz')).toMatchObject({ details: { suggestions: ['me', 'nobody', 'ada'] } })
    expect(await fault('team:zzz')).toMatchObject({ details: { problem: 'unknown-value', facet: 'team' } })
    expect(await fault('from:')).toMatchObject({ details: { problem: 'no-value' } })
  })

  test('is given up where it takes longer than anybody waits', async () => {
    const busy = await desk.database.pool.connect()
    await busy.query('begin; lock table search_row')

    const refused = fault('parcel')

    expect(await refused).toMatchObject({ status: 503, code: 'search-too-slow' })
    await busy.query('rollback')
    busy.release()
  })

  test('may be a piece of a number, an address or a file name, where no word is whole', async () => {
    const opened = await desk.receive(mailboxId, {
      subject: 'Invoice INV-2024-4521',
      from: 'Ivana <ivana.petrova@kvartira.test>',
      text: 'Order 98234417 has not come.',
      attachments: [
        { filename: 'umowa_najmu.pdf', content: Buffer.from('%PDF-1.4'), contentType: 'application/pdf' },
      ],
    } as Parameters<Desk['receive']>[1])
    await indexAll(desk.ground)

    const found = await Promise.all(
      ['4521', 'inv20244521', '2344', 'kvart', 'petrova@kva', 'INV-2024'].map(q => numbersOf(q)),
    )

    expect(found).toEqual(Array.from({ length: 6 }, () => [opened.number]))
    expect(await find('2344')).toMatchObject({ isPartial: true })
    expect(await find('4521')).toMatchObject({ isPartial: false })
  })

  test('may stand in a note, and in a ticket that was merged and taken apart again', async () => {
    const opened = await ticket({ mailboxId, subject: 'Xylophone', text: 'It is out of tune.' })
    await owner.call(writeNote, {
      params: { number: opened.number },
      body: { text: 'Ask Mallet about the xylophone.' },
    })
    await indexAll(desk.ground)
    const other = await ticket({ mailboxId, subject: 'Xylophone again', text: 'Still out of tune.' })

    const noted = await find('is:note xylophone')
    const { mergeId } = await owner.call(mergeTicket, {
      params: { number: other.number },
      body: { intoNumber: opened.number },
    })
    await indexAll(desk.ground)
    const merged = await numbersOf('xylophone again')
    await owner.call(undoMerge, { params: { id: mergeId } })
    await indexAll(desk.ground)

    expect(noted.data).toMatchObject([{ messageId: null, number: opened.number, from: null }])
    expect(noted.data[0]?.noteId).toBeGreaterThan(0)
    expect(merged).toEqual([opened.number])
    expect(await numbersOf('xylophone again')).toEqual([other.number])
  })
})

describe('what stands in the fields of a customer', () => {
  test('is found by word, form and part with the first message of each of their tickets, by who may see it', async () => {
    const from = { name: 'Vera Fields', address: 'vera@fields.test' }
    const elsewhere = await desk.mailbox('closed@fields.test')
    const insider = await desk.agent('insider', { mailboxIds: [mailboxId] })
    const first = await desk.ticket({ mailboxId, subject: 'One', from })
    const second = await desk.ticket({ mailboxId, subject: 'Two', from })
    const hidden = await desk.ticket({ mailboxId: elsewhere, subject: 'Three', from })
    const later = await desk.message(first.ticketId, { from, subject: 'One again' })
    const define = (name: string, kind: 'text' | 'choice', options: string[] = []) =>
      owner.call(createCustomerField, {
        body: { name, kind, hint: '', options: options.map(option => ({ name: option })) },
      })
    const plan = await define('Plan', 'choice', ['Periwinkle', 'Ochre'])
    const contract = await define('Contract', 'text')
    const view = await owner.call(getTicketCustomer, { params: { number: first.number } })
    const params = { id: view.customer?.id ?? 0 }
    const write = async (fieldId: number, value: string | number | null) => {
      await owner.call(updateCustomer, { params, body: { fieldValues: [{ fieldId, value }] } })
      await indexAll(desk.ground)
    }
    await write(plan.id, plan.options[0]?.id ?? 0)
    await write(contract.id, 'Umbrellas for LX-90417')

    const { data } = await find('umbrella lx-90417')
    const [partial, byField] = [await numbersOf('9041'), await numbersOf('field:periwinkle')]
    const [mine, both] = [await numbersOf('periwinkle', insider), [second.number, first.number]]
    const outside = await find('field:vera')

    expect(data.map(hit => hit.number)).toEqual([hidden.number, ...both])
    expect(data.every(hit => hit.messageId !== later)).toBe(true)
    const marked = data[0]?.fields.map(({ text, marks }) =>
      marks.map(({ start, end }) => text.slice(start, end)),
    )
    expect(data[0]?.fields[0]?.text).toBe('Contract: Umbrellas for LX-90417')
    expect(marked).toEqual([['Umbrellas', 'LX-90417']])
    expect([partial, byField]).toEqual([data.map(hit => hit.number), data.map(hit => hit.number)])
    expect(mine).toEqual(both)
    expect(outside.data).toEqual([])

    await write(contract.id, null)
    await owner.call(removeCustomerField, { params: { id: plan.id } })
    await owner.call(splitTicket, {
      params: { number: first.number },
      body: { messageIds: [first.messageId] },
    })
    await indexAll(desk.ground)
    const gone = [await numbersOf('lx-90417'), await numbersOf('periwinkle')]
    await owner.call(restoreCustomerField, { params: { id: plan.id } })
    await indexAll(desk.ground)

    expect(gone).toEqual([[], []])
    expect(await numbersOf('periwinkle', insider)).toHaveLength(3)
  })
})

describe('the hits of a search', () => {
  test('are never from a mailbox the agent may not use, by words, number or tag', async () => {
    const secretId = await desk.mailbox('legal@desk.test')
    const boris = await desk.agent('boris', { mailboxIds: [mailboxId] })
    const secret = await ticket({
      mailboxId: secretId,
      subject: 'Quokka lawsuit',
      text: 'A quokka bit our client.',
    })
    await owner.call(updateTicket, { params: { number: secret.number }, body: { addTags: ['lawsuit'] } })
    const moved = await ticket({ mailboxId, subject: 'Quokka picture', text: 'A quokka.' })
    const asked = ['quokka', 'from:ivana quokka', 'quok', '"quokka bit"', '-toaster quokka', 'is:open quokka']

    const before = await Promise.all(asked.map(q => numbersOf(q, boris)))
    await owner.call(updateTicket, { params: { number: moved.number }, body: { mailboxId: secretId } })
    const atOnce = await Promise.all(asked.map(q => numbersOf(q, boris)))
    await indexAll(desk.ground)
    const later = await Promise.all(asked.map(q => numbersOf(q, boris)))

    expect(before.flat()).not.toContain(secret.number)
    expect(before[0]).toEqual([moved.number])
    expect(atOnce.flat()).toEqual([])
    expect(later.flat()).toEqual([])
    expect(await numbersOf('quokka')).toEqual([moved.number, secret.number])
    expect(await find(`#${secret.number}`, boris)).toMatchObject({ ticket: null, data: [] })
    expect(await find(`#${secret.number}`)).toMatchObject({ ticket: { number: secret.number } })
    const refused = await boris.fetch(search, { query: { q: 'tag:lawsuit' } })
    expect(await refused.text()).not.toContain('"suggestions":["lawsuit"')
    expect(refused.status).toBe(400)
  })

  test('are not in the trash, unless that is asked for', async () => {
    const opened = await ticket({ mailboxId, subject: 'Vuvuzela', text: 'Too loud.' })
    await sql`update ticket set deleted_at = clock_timestamp() where id = ${opened.ticketId}`.execute(
      desk.database.db,
    )

    expect(await numbersOf('vuvuzela')).toEqual([])
    expect(await numbersOf('vuvuzela is:deleted')).toEqual([opened.number])
    expect(await numbersOf('vuvuzela is:snoozed')).toEqual([])
  })

  test('come in pages, each once, newest first, over quarters and equal moments', async () => {
    const at = (n: number) => new Date(Date.UTC(2019 + Math.floor(n / 3), (n % 3) * 4, 1))
    const opened: number[] = []
    for (let n = 0; n < 12; n++) {
      opened.unshift((await desk.ticket({ mailboxId, subject: 'Ocarina', receivedAt: at(n) })).number)
    }
    const twin = await ticket({ mailboxId, subject: 'Ocarina', receivedAt: at(11) })
    opened.unshift(twin.number)
    const numbers: number[] = []
    let cursor: string | undefined

    do {
      const page = await find('ocarina', owner, { limit: 4, ...(cursor ? { cursor } : {}) })
      numbers.push(...page.data.map(hit => hit.number))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)

    expect(numbers).toEqual(opened)
  })

  test('are looked for whatever signs, quotes and tricks are typed', async () => {
    const hostile = [
      "' | 'm:1",
      "a\\' & b",
      ':* & !x',
      '((((',
      "'):*",
      '\u0000',
      '%_%',
      '"',
      '-',
      '-""',
      '🦘 é\u0301'.repeat(20),
      'a-'.repeat(240),
    ]

    const answers = await Promise.all(hostile.map(q => owner.fetch(search, { query: { q } })))

    expect(answers.map(answer => answer.status)).toEqual(hostile.map(() => 200))
  })
})

describe('the words of mail', () => {
  test('are made for what was there before the index, and go when the message goes', async () => {
    const opened = await ticket({ mailboxId, subject: 'Balalaika', text: 'Three strings.' })
    const { db } = desk.database
    await sql`truncate search_row, search_due, search_progress`.execute(db)

    await indexAll(desk.ground)
    const again = await numbersOf('balalaika')
    await sql`delete from message_body where message_id = ${opened.messageId}`.execute(db)
    await sql`delete from ticket_event where message_id = ${opened.messageId}`.execute(db)
    await sql`delete from participant where message_id = ${opened.messageId}`.execute(db)
    await sql`delete from message where id = ${opened.messageId}`.execute(db)

    expect(again).toEqual([opened.number])
    const { rows } = await sql`select from search_row where message_id = ${opened.messageId}`.execute(db)
    expect(rows).toEqual([])
  })

  test('are made again for a reply that leaves in another quarter of an hour, and not for one that leaves in the same', async () => {
    const { db } = desk.database
    const { messageId } = await ticket({ mailboxId, text: 'A quince, at quarter past.' })
    const leaveAt = async (time: string) => {
      await sql`update message set received_at = ${`2026-03-01T${time}Z`}::timestamptz where id = ${messageId}`.execute(
        db,
      )
      const { rows } = await sql`select from search_due where message_id = ${messageId}`.execute(db)
      await indexAll(desk.ground)
      return rows.length
    }
    await leaveAt('10:00:00')

    const [same, other] = [await leaveAt('10:14:59.9'), await leaveAt('10:15:00')]

    expect({ same, other }).toEqual({ same: 0, other: 1 })
    expect(await numbersOf('quince after:2026-03-01 before:2026-03-02')).toHaveLength(1)
  })

  test('of a mail with megabytes of different words are bounded, and the mail is found by its first', async () => {
    const words = Array.from({ length: 150_000 }, (_, n) => `w${(n * 7919).toString(36)}ж`).join(' ')

    const opened = await ticket({ mailboxId, subject: 'Dump', text: `Theremin ${words}` })

    expect(await numbersOf('theremin')).toEqual([opened.number])
  })
})
