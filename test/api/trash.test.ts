import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { mergeTicket, moveMessage } from '../../src/shared/placing.ts'
import { search } from '../../src/shared/search.ts'
import {
  createUpload,
  downloadAttachment,
  getMessageRaw,
  getTicket,
  listQueues,
  listTickets,
  sendReply,
  undoReply,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { emptyTrash, eraseTickets, getTrash, listErasures, setTrash } from '../../src/shared/trash.ts'
import { emptyTrash as emptyDue } from '../../src/tickets/empty-trash.ts'
import { type MailDesk, startMailDesk } from '../outbound/mail-desk.ts'
import type { DeskAgent } from '../support/desk.ts'
import { openEventStream } from '../support/event-stream.ts'
import { indexAll } from '../support/index-all.ts'
import { rawMail, seededRandom, shuffled } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: MailDesk
let support: number
let root: DeskAgent
let ada: DeskAgent

beforeAll(async () => {
  desk = await startMailDesk()
  support = await desk.mailbox('support@desk.test')
  root = await desk.agent('root', { role: 'owner' })
  ada = await desk.agent('ada', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

const read = (number: number) => ada.call(getTicket, { params: { number } })
const throwAway = (number: number) =>
  ada.call(updateTicket, { params: { number }, body: { isDeleted: true } })
const erase = async (...numbers: number[]) =>
  (await root.call(eraseTickets, { body: { numbers } })).results.map(({ code }) => code)
const nodeEmpties = () => emptyDue(desk.ground, () => false)
const countRows = async (from: string): Promise<number> =>
  Number((await desk.database.pool.query(`select count(*) as n from ${from}`)).rows[0].n)
const statusOf = (number: number) => ada.fetch(getTicket, { params: { number } }).then(({ status }) => status)

/** The time goes by: it was thrown away so many days ago, and what keeps the Trash for now is over. */
async function letDaysPass(number: number, days: number): Promise<void> {
  const { db } = desk.database
  await sql`update ticket set deleted_at = deleted_at - make_interval(days => ${days}) where number = ${number}`.execute(
    db,
  )
  await sql`update workspace set trash_kept_until = clock_timestamp()`.execute(db)
}

const words = 'The saxophone of my grandmother is out of tune.'
const letter = (id: string, parts: Parameters<typeof rawMail>[0] = {}) =>
  rawMail({
    from: 'Ivana <ivana@customer.test>',
    to: 'support@desk.test',
    messageId: `${id}@customer.test`,
    ...parts,
  })

/** A ticket in the Trash with all that may hang on one; `moved` is a mail of it that lies in another, `beside`. */
async function fullTicket() {
  const mail = letter('sax', { subject: 'My saxophone', text: words })
  const { number, messageId } = await desk.receive(support, mail)
  const beside = await desk.receive(support, letter('beside', { subject: 'Another matter' }))
  const second = await desk.receive(support, letter('second', { subject: 'The same, once more' }))
  await ada.call(mergeTicket, { params: { number: second.number }, body: { intoNumber: number } })
  const moved = await desk.receive(
    support,
    letter('moved', { inReplyTo: 'sax@customer.test', text: 'And another thing.' }),
  )
  await ada.call(moveMessage, { params: { id: moved.messageId }, body: { toNumber: beside.number } })
  const note = await ada.call(writeNote, { params: { number }, body: { text: 'A zither would do.' } })
  const upload = await ada.call(createUpload, {
    query: { filename: 'tuning.txt' },
    body: Buffer.from('A = 442 Hz'),
  })
  const reply = await ada.call(sendReply, {
    params: { number },
    body: { text: 'Turn the peg.', uploadIds: [upload.id] },
  })
  const taken = await desk.taken(reply.id)
  await waitUntil(
    'the reply settled',
    async () => (await countRows(`outbox where state = 'accepted'`)) > 0 || undefined,
  )
  await ada.call(saveDraft, {
    params: { number },
    body: {
      revision: 0,
      content: {
        mode: 'reply',
        text: 'And',
        to: null,
        cc: null,
        bcc: [],
        uploadIds: [],
        withHistory: false,
        seenEventId: null,
      },
    },
  })
  await indexAll(desk.ground)
  await throwAway(number)
  return { mail, number, messageId, beside, second, moved, note, reply, taken }
}

test('a ticket deleted for good is gone from every door with all it held, and what it touched stands', async () => {
  const { mail, number, messageId, beside, second, moved, note, reply, taken } = await fullTicket()
  const fileId = reply.attachments[0]?.id ?? 0
  const blobs = await countRows(
    `blob b where exists (select from message m where m.raw_blob_id = b.id and m.id in (${messageId}, ${second.messageId}))`,
  )
  const stream = await openEventStream(`${desk.baseUrl}/api/v1/events`, ada.headers)
  const asAgent = await ada.fetch(eraseTickets, { body: { numbers: [number] } })

  const codes = await erase(number, number + 1_000_000)

  await waitUntil('the screens told', () =>
    stream.events.find(
      ({ event, data }) => event === 'hint' && data.kind === 'erased' && data.number === number,
    ),
  )
  stream.close()
  const doors = await Promise.all([
    statusOf(number),
    statusOf(second.number),
    ada.fetch(getMessageRaw, { params: { id: messageId } }).then(({ status }) => status),
    ada.fetch(downloadAttachment, { params: { id: fileId } }).then(({ status }) => status),
    ada.fetch(findDraft, { params: { number } }).then(({ status }) => status),
    ada.fetch(updateTicket, { params: { number }, body: { isDeleted: false } }).then(({ status }) => status),
  ])
  await indexAll(desk.ground)
  const hits = await Promise.all(
    ['saxophone', 'zither', String(number)].map(q => ada.call(search, { query: { q } })),
  )
  expect(asAgent.status).toBe(403)
  expect(codes).toEqual([null, 'not-found'])
  expect(doors).toEqual([404, 404, 404, 404, 404, 404])
  expect(hits.map(({ data, ticket }) => [data.length, ticket])).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ])
  expect((await ada.call(listTickets, { query: { queue: 'trash' } })).data).toEqual([])
  expect((await root.call(getTrash)).ticketCount).toBe(0)
  const left = await read(beside.number)
  expect(left.messages.map(({ id, placedBy }) => [id, placedBy])).toEqual([
    [beside.messageId, 'no-ancestor'],
    [moved.messageId, 'agent-move'],
  ])
  expect(blobs).toBe(2)
  expect(await countRows(`loose_blob`)).toBeGreaterThanOrEqual(4)
  expect(
    await countRows(`search_row where note_id = ${note.id} or message_id in (${messageId}, ${reply.id})`),
  ).toBe(0)
  const { data: acts } = await root.call(listErasures, { query: {} })
  expect(acts).toMatchObject([{ kind: 'chosen', agentId: root.agentId, ticketCount: 1, messageCount: 3 }])
  // The ledger: the mails are known, and have neither bytes nor a message.
  expect(
    await countRows(
      `mail_instance where state = 'erased' and raw_blob_id is null and message_id is null and erasure_id = ${acts[0]?.id}`,
    ),
  ).toBe(2)
  expect(await countRows(`mail_instance i where i.state = 'filed' and i.message_id is null`)).toBe(0)

  await comesBack({ mail, copy: taken.raw, number })
})

/** The same mail, a copy of our own, and an answer to either, come after it was erased. */
async function comesBack({
  mail,
  copy,
  number,
}: {
  mail: Buffer
  copy: Buffer
  number: number
}): Promise<void> {
  const again = Buffer.concat([Buffer.from('X-Seen: twice\r\n'), mail])
  for (const raw of [mail, again, copy]) await expect(desk.receive(support, raw)).rejects.toThrow('not filed')
  const ownId = /^message-id: <(.+)>/im.exec(copy.toString())?.[1] ?? ''
  const answer = await desk.receive(
    support,
    letter('answer', {
      subject: 'Re: My saxophone',
      inReplyTo: ownId,
      references: ['sax@customer.test', ownId],
      text: 'It worked, thanks! But now the reed broke.',
    }),
  )
  expect(await countRows(`mail_instance where state = 'erased' and raw_blob_id is null`)).toBe(5)
  expect(answer.number).toBeGreaterThan(number)
  expect((await read(answer.number)).messages).toHaveLength(1)
}

describe('the days of the Trash', () => {
  test('being over, what was not taken out, written to or answered meanwhile is deleted for good, by one node', async () => {
    const arrive = async (subject: string) =>
      (await desk.receive(support, letter(crypto.randomUUID(), { subject }))).number
    const old = await arrive('old')
    const young = await arrive('young')
    const restored = await arrive('restored')
    const answered = await arrive('answered')
    const held = await arrive('held')
    const waking = await desk.receive(support, letter('waking', { subject: 'written to' }))
    await sql`update agent set undo_seconds = 600 where id = ${ada.agentId}`.execute(desk.database.db)
    const reply = await ada.call(sendReply, { params: { number: held }, body: { text: 'In a while.' } })
    for (const number of [old, young, restored, answered, held, waking.number]) {
      await throwAway(number)
      await letDaysPass(number, number === young ? 29 : 31)
    }
    await ada.call(updateTicket, { params: { number: restored }, body: { isDeleted: false } })
    await ada.call(sendReply, { params: { number: answered }, body: { text: 'Here you are.' } })
    await desk.receive(
      support,
      letter('woken', { inReplyTo: 'waking@customer.test', text: 'Are you there?' }),
    )
    const before = await read(young)
    const chosen = await erase(held, restored)

    await Promise.all([nodeEmpties(), nodeEmpties()])

    const after = await Promise.all([old, young, restored, answered, held, waking.number].map(statusOf))
    await ada.call(undoReply, { params: { id: reply.id } })
    await nodeEmpties()
    expect(before.erasesAt).toBe(
      new Date(new Date(before.deletedAt ?? 0).getTime() + 30 * 86_400_000).toISOString(),
    )
    expect(chosen).toEqual(['reply-under-way', 'not-in-trash'])
    expect(after).toEqual([404, 200, 200, 200, 200, 200])
    expect(await statusOf(held)).toBe(404)
    expect(await read(waking.number)).toMatchObject({ state: 'open', deletedAt: null, erasesAt: null })
    expect(await read(answered)).toMatchObject({ state: 'waiting', deletedAt: null, erasesAt: null })
    const { data } = await root.call(listErasures, { query: { limit: 1 } })
    expect(data).toMatchObject([{ kind: 'retention', agentId: null, ticketCount: 2 }])
  })

  test('are chosen by admins, take a day to begin, and may be for ever', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    await throwAway(number)
    await letDaysPass(number, 400)
    const set = (days: number | null) => root.call(setTrash, { body: { days } })

    const forEver = await set(null)
    await nodeEmpties()
    const kept = await read(number)
    const week = await set(7)
    await nodeEmpties()
    const graced = await read(number)

    expect([forEver.days, kept.erasesAt]).toEqual([null, null])
    expect(week).toMatchObject({ days: 7, ticketCount: (await root.call(getTrash)).ticketCount })
    expect(graced.erasesAt).toBe(week.keptUntil)
    expect(new Date(week.keptUntil).getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000)
    expect((await ada.call(getTrash)).ticketCount).toBeNull()
    const refused = await Promise.all([
      ada.fetch(setTrash, { body: { days: 1 } }),
      root.fetch(setTrash, { body: { days: 0 } }),
      root.fetch(setTrash, { body: { days: 3_651 } }),
    ])
    expect(refused.map(({ status }) => status)).toEqual([403, 400, 400])
  })
})

test('the whole Trash is emptied of what lay there when it was counted, by a job that goes on where one was stopped', async () => {
  const tickets = await Promise.all(Array.from({ length: 30 }, () => desk.ticket({ mailboxId: support })))
  for (const { number } of tickets) await throwAway(number)
  const { countedAt, ticketCount } = await root.call(getTrash)
  const late = await desk.ticket({ mailboxId: support })
  await throwAway(late.number)
  const { erasureId } = await root.call(emptyTrash, { body: { thrownUntil: countedAt } })
  const ofErasure = async () =>
    (await root.call(listErasures, { query: {} })).data.find(({ id }) => id === erasureId)
  // The node is gone after its first tickets: then its time is over.
  let looks = 0
  await emptyDue(desk.ground, () => {
    looks += 1
    return looks >= 5
  })
  const halfway = await ofErasure()

  await nodeEmpties()

  const done = await ofErasure()
  expect(ticketCount).toBeGreaterThanOrEqual(30)
  expect(halfway).toMatchObject({ endedAt: null, agentId: root.agentId, kind: 'emptied' })
  expect(halfway?.ticketCount).toBeLessThan(30)
  expect(done).toMatchObject({ endedAt: expect.any(String), ticketCount })
  expect(await statusOf(late.number)).toBe(200)
  expect((await root.call(getTrash)).ticketCount).toBe(1)
  expect(await countRows(`graphile_worker.jobs where task_identifier = 'empty_trash'`)).toBe(1)
  const queues = await ada.call(listQueues, { query: {} })
  expect(queues.data.find(({ queue }) => queue === 'trash')?.count ?? null).toBeNull()
})

test('a mail, an answer or a change of mind in the very moment either keeps the ticket whole or finds it gone', async () => {
  await sql`update agent set undo_seconds = 600 where id = ${ada.agentId}`.execute(desk.database.db)
  const names = Array.from({ length: 24 }, (_, n) => `race-${n}`)
  const tickets: { name: string; number: number }[] = []
  for (const name of names) tickets.push({ name, ...(await desk.receive(support, letter(name))) })
  for (const { number } of tickets) await throwAway(number)
  const written: number[] = []
  const writeAll = async () => {
    for (const { name } of tickets.slice(0, 8)) {
      const { number } = await desk.receive(
        support,
        letter(`again-${name}`, { inReplyTo: `${name}@customer.test` }),
      )
      written.push(number)
    }
  }
  const wanted = shuffled(
    tickets.map(({ number }) => number),
    seededRandom(7),
  )

  const [codes, restored, replied] = await Promise.all([
    erase(...wanted),
    Promise.all(
      tickets
        .slice(8, 16)
        .map(({ number }) =>
          ada
            .fetch(updateTicket, { params: { number }, body: { isDeleted: false } })
            .then(({ status }) => status),
        ),
    ),
    Promise.all(
      tickets
        .slice(16)
        .map(({ number }) =>
          ada
            .fetch(sendReply, { params: { number }, body: { text: 'Still here.' } })
            .then(({ status }) => status),
        ),
    ),
    writeAll(),
  ])

  const codeOf = new Map(wanted.map((number, at) => [number, codes[at]]))
  const ends = await Promise.all(
    tickets.map(async ({ number }) => {
      const isGone = (await statusOf(number)) === 404
      expect(codeOf.get(number)).toBe(isGone ? null : 'not-in-trash')
      return isGone
    }),
  )
  expect([...restored, ...replied].map(status => status === 404)).toEqual(ends.slice(8))
  // Each mail that came is in its ticket, which is out of the Trash, or in one of its own.
  for (const [at, number] of written.entries()) {
    expect(number === tickets[at]?.number).toBe(ends[at] === false)
    expect(await read(number)).toMatchObject({ deletedAt: null, state: 'open' })
  }
})

test('with a ticket goes the copy of it in another mailbox, which followed it', async () => {
  const billing = await desk.mailbox('billing@desk.test')
  const mail = letter('both', { to: 'support@desk.test, billing@desk.test' })
  const [lead, twin] = [await desk.receive(support, mail), await desk.receive(billing, mail)]
  await throwAway(lead.number)

  const codes = await erase(twin.number, lead.number)

  const left = await Promise.all(
    [lead, twin].map(({ number }) =>
      root.fetch(getTicket, { params: { number } }).then(({ status }) => status),
    ),
  )
  expect(codes).toEqual(['not-in-trash', null])
  expect(left).toEqual([404, 404])
  await expect(desk.receive(billing, mail)).rejects.toThrow('not filed')
})

test('no foreign key to what is erased makes Postgres read a whole table', async () => {
  const { rows } = await desk.database.pool.query<{ name: string }>(`
    select c.conrelid::regclass || '.' || a.attname as name
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid in ('ticket'::regclass, 'message'::regclass, 'note'::regclass, 'blob'::regclass,
        'outbox'::regclass, 'ticket_merge'::regclass)
      and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = a.attnum
        and i.indisvalid and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)'))
    order by 1`)
  expect(rows).toEqual([])
})
