import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { getTicket, type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from './desk.ts'

/** A desk with one mailbox and an owner, into which mails come that answer one another. */
export type ChainDesk = {
  desk: () => Desk
  ada: () => DeskAgent
  /** A mail with this name as its subject, of this test alone; with `answered` an answer to the mail of that name. */
  receive: (name: string, answered?: string) => ReturnType<Desk['receive']>
  read: (number: number) => Promise<Ticket>
  change: (number: number, body: TicketChange) => Promise<unknown>
}

/** Starts one for the tests of a file, and stops it after them. */
export function prepareChainDesk(): ChainDesk {
  let desk: Desk
  let support: number
  let ada: DeskAgent
  let chain = 0
  beforeAll(async () => {
    desk = await startDesk()
    support = await desk.mailbox('support@desk.test')
    ada = await desk.agent('ada', { role: 'owner' })
  })
  afterAll(() => desk.stop())
  beforeEach(() => {
    chain += 1
  })
  const idOf = (name: string) => `${name}.${chain}@customer.test`
  return {
    desk: () => desk,
    ada: () => ada,
    read: number => ada.call(getTicket, { params: { number } }),
    change: (number, body) => ada.call(updateTicket, { params: { number }, body }),
    receive: (name, answered) =>
      desk.receive(support, {
        messageId: idOf(name),
        subject: answered === undefined ? name : `Re: ${answered}`,
        text: `${name}, please.\r\n`,
        ...(answered === undefined ? {} : { inReplyTo: idOf(answered) }),
      }),
  }
}
