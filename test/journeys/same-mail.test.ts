import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LedgerRow, listLedgerRows, updateMailbox } from '../../src/shared/mailboxes.ts'
import { getTicket, type Message } from '../../src/shared/tickets.ts'
import { type HostileDesk, startHostileDesk } from '../abuse/hostile-desk.ts'
import { allPages } from '../support/all-pages.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { waitUntil } from '../support/wait-until.ts'

// What is one message and what is two, by real deliveries: Dovecot writes its own Received on each.
let desk: HostileDesk

beforeAll(async () => {
  desk = await startHostileDesk({ start: startProduct })
  await desk.owner.call(updateMailbox, {
    params: { id: desk.support.id },
    body: { aliases: ['help@desk.test'] },
  })
}, 180_000)

afterAll(async () => await desk?.stop(), 60_000)

/** Delivers to support@ and waits until the ledger has settled as many rows more. */
async function arrived(...raws: Buffer[]): Promise<LedgerRow[]> {
  const before = (await ledger()).length
  for (const raw of raws) await desk.deliver(raw)
  return await settledSince(before, raws.length)
}

async function settledSince(before: number, count: number): Promise<LedgerRow[]> {
  return await waitUntil('the mails are filed', async () => {
    const rows = (await ledger()).slice(before)
    return rows.length === count && rows.every(row => row.outcome !== 'stored') ? rows : undefined
  })
}

async function ledger(): Promise<LedgerRow[]> {
  return await allPages(desk.owner, listLedgerRows, { mailboxId: desk.support.id })
}

async function messageOf(row: LedgerRow | undefined): Promise<Message> {
  const ticket = await desk.owner.call(getTicket, { params: { number: row?.ticketNumber ?? 0 } })
  const message = ticket.messages.find(({ id }) => id === row?.messageId)
  if (message === undefined) throw new Error('the message is not in its ticket')
  return message
}

/** The same mail, as a mailbox gets it by its address, by an alias or by a blind copy. */
test.each<[string, MailParts, MailParts]>([
  ['again', {}, {}],
  ['for an alias', { to: 'support@desk.test, help@desk.test' }, { to: 'support@desk.test, help@desk.test' }],
  [
    'as a blind copy',
    { to: 'ann@elsewhere.test' },
    { to: 'ann@elsewhere.test', headers: ['Bcc: help@desk.test'] },
  ],
])('a mail delivered twice, %s, is one message', async (name, first, second) => {
  const parts = { messageId: `twice-${name.length}@customer.test`, subject: `Twice, ${name}` }

  const [one, two] = await arrived(rawMail({ ...first, ...parts }), rawMail({ ...second, ...parts }))

  expect(one).toMatchObject({ outcome: 'filed' })
  expect(two).toMatchObject({ outcome: 'same', messageId: one?.messageId, ticketNumber: one?.ticketNumber })
  expect((await messageOf(one)).defects).toEqual([])
})

test('the same bytes without a Message-ID are one message, other bytes are another', async () => {
  const before = (await ledger()).length
  const raw = rawMail({ messageId: null, subject: 'Nameless' })
  const other = rawMail({ messageId: null, subject: 'Nameless', text: 'Another text.\r\n' })

  for (const one of [raw, raw, other]) await desk.dovecot.append('support@desk.test', 'INBOX', one)

  const [first, same, second] = await settledSince(before, 3)
  expect([first?.outcome, same?.outcome, second?.outcome]).toEqual(['filed', 'same', 'filed'])
  expect(second?.ticketNumber).not.toBe(first?.ticketNumber)
})

test('another mail under the same Message-ID is kept, flagged, and in the ticket of its own sender', async () => {
  const messageId = 'reused@customer.test'

  const [one] = await arrived(rawMail({ messageId, text: 'The first.\r\n' }))
  const [two] = await arrived(rawMail({ messageId, text: 'The second.\r\n' }))

  expect(two).toMatchObject({ outcome: 'filed', ticketNumber: one?.ticketNumber })
  expect((await messageOf(one)).defects).toEqual([])
  expect(await messageOf(two)).toMatchObject({ defects: ['reused-message-id'], isNewcomer: false })
})

test('a stranger who reuses a Message-ID gets a ticket of their own, flagged', async () => {
  const messageId = 'borrowed@customer.test'

  const [one] = await arrived(rawMail({ messageId, text: 'From Ann.\r\n' }))
  const [two] = await arrived(
    rawMail({ messageId, from: 'Mallory <mallory@evil.test>', text: 'Pay here instead.\r\n' }),
  )

  expect(two?.outcome).toBe('filed')
  expect(two?.ticketNumber).not.toBe(one?.ticketNumber)
  expect(await messageOf(two)).toMatchObject({ defects: ['reused-message-id'] })
})
