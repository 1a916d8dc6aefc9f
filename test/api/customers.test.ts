import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getTicketCustomer, updateCustomer } from '../../src/shared/customers.ts'
import { getTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

async function write(mailboxId: number, from: string, subject: string, text = 'Hello'): Promise<number> {
  return (await desk.receive(mailboxId, { from, subject, text })).number
}

async function viewOf(agent: DeskAgent, number: number) {
  return await agent.call(getTicketCustomer, { params: { number } })
}

describe('the customer of a ticket', () => {
  test('is shown with their addresses and their other tickets, newest first', async () => {
    const first = await write(support, 'Ivana Petrova <ivana@firma.test>', 'the first')
    const second = await write(billing, 'ivana@firma.test', 'the second')
    const third = await write(support, 'ivana@firma.test', 'the third')

    const view = await viewOf(ada, third)

    expect(view.customer).toMatchObject({ name: 'Ivana Petrova', addresses: ['ivana@firma.test'], note: '' })
    expect(view.tickets.map(one => one.number)).toEqual([second, first])
    expect(view.ticketCount).toBe(2)
  })

  test('shows an agent no ticket of a mailbox that is not theirs, nor counts it', async () => {
    await write(billing, 'olga@firma.test', 'a secret')
    const number = await write(support, 'olga@firma.test', 'no secret')

    const view = await viewOf(ben, number)

    expect(view).toMatchObject({ tickets: [], ticketCount: 0 })
  })
})

describe('what time it is for a customer', () => {
  async function clockOf(dates: readonly string[], from: string) {
    let number = 0
    for (const [n, date] of dates.entries()) {
      number = (await desk.receive(support, { from, subject: `mail ${n}`, text: 'Hello', date })).number
    }
    const ticket = await ada.call(getTicket, { params: { number } })
    const { customer } = await viewOf(ada, number)
    expect(ticket.customerUtcOffsetMinutes).toBe(customer?.utcOffsetMinutes)
    return customer?.utcOffsetMinutes
  }

  test('is what the clock of their latest mail says', async () => {
    const dates = ['Mon, 02 Nov 2026 11:00:00 +0200', 'Mon, 02 Nov 2026 14:30:00 +0530']

    expect(await clockOf(dates, 'clock@firma.test')).toBe(330)
  })

  test('stays what it was where a mail does not tell, and is unknown where none does', async () => {
    const untold = ['Mon, 02 Nov 2026 11:00:00 -0000', 'Mon, 02 Nov 2026 11:00:00 +1500']

    expect(await clockOf(['Mon, 02 Nov 2026 11:00:00 +0200', ...untold], 'told@firma.test')).toBe(120)
    expect(await clockOf(untold, 'untold@firma.test')).toBeNull()
  })
})

describe('what agents know of a customer', () => {
  test('stands at each of their tickets, in one line where it is a name', async () => {
    const number = await write(support, 'jan@firma.test', 'one')
    const other = await write(support, 'jan@firma.test', 'two')
    const { customer } = await viewOf(ben, number)
    const params = { id: customer?.id ?? 0 }

    await ben.call(updateCustomer, {
      params,
      body: { name: 'Jan\r\nBcc: all\u202e', note: 'Calls on Mondays' },
    })

    expect((await viewOf(ben, other)).customer).toMatchObject({
      name: 'Jan Bcc: all',
      note: 'Calls on Mondays',
      noteChange: { agentId: ben.agentId, at: expect.any(String) },
    })
    expect((await ben.call(getTicket, { params: { number: other } })).customer?.name).toBe('Jan Bcc: all')
  })

  test('decides their language until it is left to their mails again', async () => {
    const polish =
      'Dzień dobry, proszę o przesłanie faktury za zeszły miesiąc. Dziękuję i pozdrawiam serdecznie.'
    const number = await write(support, 'ola@firma.test', 'faktura', polish)
    const { customer } = await viewOf(ben, number)
    const params = { id: customer?.id ?? 0 }

    await ben.call(updateCustomer, { params, body: { language: 'en' } })
    await write(support, 'ola@firma.test', 'druga faktura', polish)
    const chosen = (await viewOf(ben, number)).customer
    await ben.call(updateCustomer, { params, body: { language: null } })
    await write(support, 'ola@firma.test', 'trzecia faktura', polish)

    expect(customer).toMatchObject({ language: 'pl', isLanguageChosen: false })
    expect(chosen).toMatchObject({ language: 'en', isLanguageChosen: true })
    expect((await viewOf(ben, number)).customer).toMatchObject({ language: 'pl', isLanguageChosen: false })
  })

  test('stays as it is where nothing is asked for', async () => {
    const number = await write(support, 'same@firma.test', 'one')
    const { customer } = await viewOf(ben, number)

    const answer = await ben.call(updateCustomer, { params: { id: customer?.id ?? 0 }, body: {} })

    expect(answer).toEqual(customer)
  })

  test('is changed only by those who see a ticket of theirs', async () => {
    const number = await write(billing, 'hidden@firma.test', 'only billing')
    const { customer } = await viewOf(ada, number)

    const refused = ben.call(updateCustomer, { params: { id: customer?.id ?? 0 }, body: { note: 'mine' } })

    await expect(refused).rejects.toThrow('404')
    expect((await viewOf(ada, number)).customer?.note).toBe('')
  })
})
