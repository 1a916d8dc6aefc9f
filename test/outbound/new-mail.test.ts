import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getTicketCustomer, suggestCustomers } from '../../src/shared/customers.ts'
import {
  findNewTicketDraft,
  type NewTicketContent,
  offerForNewMail,
  openWithoutMail,
  previewNewMail,
  saveNewTicketDraft,
  sendNewMail,
} from '../../src/shared/new-tickets.ts'
import { mergeTicket } from '../../src/shared/placing.ts'
import { createSavedReply } from '../../src/shared/saved-replies.ts'
import { createUpload, getTicket, listTickets, sendReply, undoReply } from '../../src/shared/tickets.ts'
import { ApiRefusal } from '../support/api.ts'
import type { DeskAgent } from '../support/desk.ts'
import { rawMail } from '../support/mails.ts'
import { type MailDesk, startMailDesk } from './mail-desk.ts'

let desk: MailDesk
let support: number
let billing: number
let ada: DeskAgent
let eve: DeskAgent

beforeAll(async () => {
  desk = await startMailDesk()
  support = await desk.mailbox('support@desk.test', ['help@desk.test'])
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  eve = await desk.agent('eve', { mailboxIds: [billing] })
})

afterAll(async () => {
  await desk.stop()
})

const mail = { subject: 'Your parcel', text: 'It is on its way.' }
const send = (to: string, rest: object = {}, headers: Record<string, string> = {}) =>
  ada.call(sendNewMail, { body: { mailboxId: support, to: [to], ...mail, ...rest }, headers })
const read = (number: number) => ada.call(getTicket, { params: { number } })
const refusalOf = async (work: Promise<unknown>) =>
  await work.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiRefusal ? error.problem.code : error),
  )

describe('a mail that begins a ticket', () => {
  test('goes out as it was written, and its ticket waits with its sender for the first it went to', async () => {
    const upload = await ada.call(createUpload, { query: { filename: 'map.txt' }, body: Buffer.from('here') })

    const { number, message } = await send('ann@new.test', {
      from: 'help@desk.test',
      cc: ['bo@new.test'],
      bcc: ['boss@other.test'],
      uploadIds: [upload.id],
    })

    const taken = await desk.taken(message.id)
    const ticket = await read(number)
    expect(taken.to.toSorted()).toEqual(['ann@new.test', 'bo@new.test', 'boss@other.test'])
    expect(taken.raw.toString()).toMatch(/^From: .*help@desk\.test/m)
    expect(taken.raw.toString()).toMatch(/^Subject: Your parcel\r$/m)
    expect(taken.raw.toString()).not.toMatch(/^(in-reply-to|references|bcc):/im)
    expect(ticket).toMatchObject({
      subject: 'Your parcel',
      state: 'waiting',
      assigneeId: ada.agentId,
      waitingSince: null,
      customer: { address: 'ann@new.test' },
      messages: [{ placedBy: 'agent-opened', attachments: [{ filename: 'map.txt' }] }],
    })
    expect(ticket.events.slice(0, 3)).toMatchObject([
      { kind: 'ticket_opened', agentId: ada.agentId, data: { by: 'mail' } },
      { kind: 'assigned' },
      { kind: 'reply_queued', messageId: message.id },
    ])
  })

  test('is answered into its ticket, by the one it went to as its customer', async () => {
    const { number, message } = await send('cy@answers.test')
    await desk.taken(message.id)

    const answer = await desk.receive(
      support,
      rawMail({
        from: 'Cy <cy@answers.test>',
        subject: 'Re: Your parcel',
        inReplyTo: message.internetMessageId ?? '',
        messageId: 'back@answers.test',
        text: 'Thank you, when?',
      }),
    )

    const ticket = await read(number)
    expect(answer.number).toBe(number)
    expect(ticket).toMatchObject({ state: 'open', assigneeId: ada.agentId })
    expect(ticket.messages[1]).toMatchObject({ isNewcomer: false, from: { address: 'cy@answers.test' } })
    expect(ticket.replyDefaults.to).toEqual([{ name: 'Cy', address: 'cy@answers.test' }])
  })

  test('is followed by a second one to the same people in the same thread, and never to its blind copies', async () => {
    const first = await send('di@twice.test', { cc: ['ed@twice.test'], bcc: ['boss@other.test'] })

    const second = await ada.call(sendReply, {
      params: { number: first.number },
      body: { text: 'One thing more.' },
    })

    const taken = await desk.taken(second.id)
    expect(taken.to.toSorted()).toEqual(['di@twice.test', 'ed@twice.test'])
    expect(taken.raw.toString().replace(/\r\n\s+/g, ' ')).toContain(
      `In-Reply-To: <${first.message.internetMessageId}>`,
    )
    expect(taken.raw.toString()).toMatch(/^Subject: Re: Your parcel\r$/m)
  })

  test('is sent once under its name, also where it is asked for twice', async () => {
    const headers = { 'idempotency-key': 'new-mail-1' }

    const first = await send('fi@once.test', {}, headers)
    const second = await send('fi@once.test', {}, headers)

    expect(second).toEqual({ ...first, message: { ...second.message, delivery: expect.anything() } })
    expect(second.number).toBe(first.number)
  })

  test('that is taken back leaves nothing but a ticket in the Trash', async () => {
    const later = { sendAt: new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000).toISOString() }
    const { number, message } = await send('gus@undone.test', later)

    const { text } = await ada.call(undoReply, { params: { id: message.id } })

    const ticket = await read(number)
    expect(text).toBe('It is on its way.')
    expect(ticket.deletedAt).not.toBeNull()
    expect(ticket.messages[0]?.delivery).toMatchObject({ state: 'cancelled' })
    expect(ticket.replyDefaults.to).toMatchObject([{ address: 'gus@undone.test' }])
  })
})

describe('what follows a mail that nobody answered', () => {
  test('goes by default to whom the newest went that was not taken back', async () => {
    const { number } = await send('hal@right.test')
    const later = { sendAt: new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000).toISOString() }
    const body = { text: 'One more.', to: ['hal@wrong.test'], ...later }
    const wrong = await ada.call(sendReply, { params: { number }, body })
    await ada.call(undoReply, { params: { id: wrong.id } })

    const { to } = (await read(number)).replyDefaults

    expect(to).toMatchObject([{ address: 'hal@right.test' }])
  })
})

describe('a mail that would begin a ticket', () => {
  test('goes to none of our own mailboxes, and out of none that its agent may not use', async () => {
    const own = await refusalOf(send('Billing+x@desk.test'))
    const copied = await refusalOf(send('ann@new.test', { cc: ['help@desk.test'] }))
    const foreign = await refusalOf(send('ann@new.test', { mailboxId: billing }))
    const alias = await refusalOf(send('ann@new.test', { from: 'boss@desk.test' }))
    const gap = await refusalOf(send('ann@new.test', { text: 'Hi {{customerFirstName}}' }))

    expect([own, copied, foreign, alias, gap]).toEqual([
      'own-address',
      'own-address',
      'not-found',
      'unknown-sender',
      'unfilled-variable',
    ])
  })

  test('shows before it leaves as whom it goes out, and what is to be known of each it goes to', async () => {
    await desk.receive(support, rawMail({ from: 'Kim <kim@known.test>', text: 'Hi.' }))

    const preview = await ada.call(previewNewMail, {
      body: {
        mailboxId: support,
        from: 'help@desk.test',
        to: ['kim@known.test'],
        cc: ['x@else.test', 'billing@desk.test'],
      },
    })

    expect(preview).toMatchObject({
      from: { address: 'help@desk.test' },
      to: [{ name: 'Kim', marks: ['first-time'] }],
      cc: [{ address: 'x@else.test', marks: ['external', 'first-time'] }, { address: 'billing@desk.test' }],
      own: ['billing@desk.test'],
    })
  })

  test('is offered saved replies with the values of whom it is for, its number left open', async () => {
    await desk.receive(support, rawMail({ from: 'Lea Lind <lea@saved.test>', text: 'Hi.' }))
    const body = 'Hi {{customerFirstName}}, about {{subject}} ({{number}})'
    await ada.call(createSavedReply, {
      body: { scope: 'mine', mailboxId: null, name: 'Hello', folder: '', texts: [{ language: 'en', body }] },
    })

    const { data } = await ada.call(offerForNewMail, {
      query: { mailboxId: support, to: 'lea@saved.test', subject: 'your order' },
    })

    expect(data).toMatchObject([{ text: 'Hi Lea, about your order ({{number}})', gaps: ['number'] }])
  })
})

describe('a ticket without mail', () => {
  const open = (rest: object) =>
    ada.call(openWithoutMail, { body: { mailboxId: support, subject: '', customer: {}, ...rest } })

  test('keeps what was said as a note, sends nothing, and is answered by mail where an address is known', async () => {
    const customer = { name: 'Mo', address: 'Mo@phone.test', phone: '+359 2 123' }
    const { number } = await open({ customer, text: 'Called about the invoice.\nWants a copy.' })
    const begun = await read(number)

    const reply = await ada.call(sendReply, { params: { number }, body: { text: 'Here it is.' } })

    const taken = await desk.taken(reply.id)
    expect(begun).toMatchObject({
      subject: 'Called about the invoice.',
      state: 'open',
      assigneeId: ada.agentId,
      waitingSince: expect.any(String),
      customer: { name: 'Mo', address: 'mo@phone.test' },
      messages: [],
      notes: [{ text: 'Called about the invoice.\nWants a copy.' }],
      events: [
        { kind: 'ticket_opened', data: { by: 'phone' } },
        { kind: 'assigned' },
        { kind: 'note_written' },
      ],
    })
    expect(taken.to).toEqual(['mo@phone.test'])
    expect(taken.raw.toString()).toMatch(/^Subject: Called about the invoice\.\r$/m)
    expect(taken.raw.toString()).not.toContain('Wants a copy')
  })

  test('changes nothing of a customer of whom its agent sees no ticket', async () => {
    await desk.receive(billing, rawMail({ from: 'pia@elsewhere.test', messageId: 'pia@elsewhere.test' }))
    const name = 'Nobody'
    const foreign = await open({
      subject: 'x',
      customer: { address: 'pia@elsewhere.test', name, phone: '1' },
    })
    const fresh = await open({ subject: 'x', customer: { address: 'quin@fresh.test', phone: '2' } })
    await open({ subject: 'x', customer: { address: 'quin@fresh.test', name: 'Quin', phone: '3' } })

    const views = await Promise.all(
      [foreign, fresh].map(({ number }) => ada.call(getTicketCustomer, { params: { number } })),
    )

    expect(views.map(({ customer }) => customer)).toMatchObject([
      { name: null, phone: null },
      { name: 'Quin', phone: '3' },
    ])
  })

  test('of a caller without an address says so where it would be answered, and can be closed at once', async () => {
    const { number } = await open({ subject: 'Opening hours', customer: { phone: '112' }, state: 'closed' })

    const ticket = await read(number)
    const refused = await refusalOf(
      ada.call(sendReply, { params: { number }, body: { text: 'Until five.' } }),
    )

    expect(ticket).toMatchObject({ state: 'closed', customer: { name: '112', address: null }, notes: [] })
    expect(ticket.replyDefaults.to).toEqual([])
    expect(refused).toBe('no-recipient')
  })

  test('keeps its customer when another ticket is merged into it', async () => {
    const { number } = await open({ customer: { address: 'nia@merged.test' }, text: 'Called.' })
    const other = await desk.receive(support, rawMail({ from: 'Stan <stan@stranger.test>', text: 'Me too.' }))

    await ada.call(mergeTicket, { params: { number: other.number }, body: { intoNumber: number } })

    const ticket = await read(number)
    expect(ticket.customer).toMatchObject({ address: 'nia@merged.test' })
  })

  test('needs something that was said or a subject, and a customer who is not a mailbox of ours', async () => {
    const nothing = await refusalOf(open({ customer: { name: 'Ola' } }))
    const own = await refusalOf(open({ subject: 'x', customer: { address: 'billing@desk.test' } }))
    const foreign = await refusalOf(open({ subject: 'x', mailboxId: billing }))

    expect([nothing, own, foreign]).toEqual(['no-words', 'own-address', 'not-found'])
  })
})

describe('known customers', () => {
  test('are offered by the beginning of an address or a word of the name, to who has a ticket of theirs', async () => {
    await desk.receive(
      support,
      rawMail({
        from: 'Петър Дунавски <pd_1@suggest.test>',
        messageId: 'pd@suggest.test',
        text: 'Здравейте',
      }),
    )
    const ask = async (agent: DeskAgent, text: string) =>
      (await agent.call(suggestCustomers, { query: { text } })).data.map(one => one.address)

    const found = await Promise.all(['PD_1@s', 'дунав', 'пет дун', 'pd%', "o'x"].map(text => ask(ada, text)))
    const elsewhere = await ask(eve, 'дунав')

    const petar = ['pd_1@suggest.test']
    expect(found).toEqual([petar, petar, petar, [], []])
    expect(elsewhere).toEqual([])
  })

  test('are looked for among the first five hundred that match, whosever they are', async () => {
    await sql`with made as (insert into customer select from generate_series(1, 500) returning id)
      insert into customer_address (address, customer_id) select 'crowd' || id || '@suggest.test', id from made`.execute(
      desk.ground.db,
    )
    const from = 'Rosa <crowdy@suggest.test>'
    await desk.receive(billing, rawMail({ from, messageId: 'crowdy@suggest.test', text: 'Hi.' }))
    const ask = async (text: string) =>
      (await eve.call(suggestCustomers, { query: { text } })).data.map(one => one.address)

    const found = [await ask('crowd'), await ask('crowdy')]

    expect(found).toEqual([[], ['crowdy@suggest.test']])
  })
})

describe('the draft of a new ticket', () => {
  const content = (text: string): NewTicketContent => ({
    text,
    html: null,
    to: ['unfinished@'],
    cc: [],
    bcc: [],
    uploadIds: [],
    head: {
      kind: 'mail',
      mailboxId: support,
      from: null,
      subject: 'Half',
      customerId: null,
      name: '',
      address: '',
      phone: '',
    },
  })
  const kept = async (agent: DeskAgent) => (await agent.call(findNewTicketDraft)).draft

  test('is kept for its agent alone until it becomes a ticket, and by one device at a time', async () => {
    const first = await ada.call(saveNewTicketDraft, { body: { content: content('One'), revision: 0 } })
    await ada.call(saveNewTicketDraft, { body: { content: content('Two'), revision: first.revision } })
    const stale = await refusalOf(
      ada.call(saveNewTicketDraft, { body: { content: content('Three'), revision: first.revision } }),
    )
    const before = await kept(ada)
    const others = await kept(eve)

    await send('pam@draft.test')

    expect(stale).toBe('draft-changed')
    expect(before).toMatchObject({ text: 'Two', to: ['unfinished@'], head: { subject: 'Half' } })
    expect([others, await kept(ada)]).toEqual([null, null])
    expect((await ada.call(listTickets, { query: { queue: 'sent' } })).data.length).toBeGreaterThan(0)
  })
})
