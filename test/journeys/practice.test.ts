import { afterAll, beforeAll, expect, test } from 'vitest'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { getPractice, removePractice, startPractice, writeAsCustomer } from '../../src/shared/practice.ts'
import { getTicket, listTickets, sendReply } from '../../src/shared/tickets.ts'
import { type ApiClient, ApiRefusal } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { waitUntil } from '../support/wait-until.ts'

const customer = 'emma.clarke@customers.example'
let certificates: Certificates
let desk: Letterdesk
let owner: ApiClient

beforeAll(async () => {
  certificates = await makeCertificates()
  desk = await startLetterdesk({ caFile: certificates.caFile })
  owner = await desk.hastyOwner()
}, 120_000)

afterAll(async () => {
  await desk?.stop()
  await certificates?.remove()
})

test('in the practice mailbox a newcomer sees the whole loop, and removing it leaves nothing', async () => {
  await owner.call(startPractice)
  const row = await waitUntil('the customers’ mails are tickets', async () => {
    const { data } = await owner.call(listTickets, { query: { queue: 'all' } })
    return data.length >= 4 ? data.find(one => one.customer?.address === customer) : undefined
  })
  const params = { number: row.number }

  await owner.call(sendReply, { params, body: { text: 'There is no limit any more.' } })
  const received = await waitUntil('the customer has the answer', () => findReceived(), { withinMs: 25_000 })
  await waitUntil('the next second, since mail servers date by whole ones', () => isPast(received.at))
  await owner.call(writeAsCustomer, {
    body: { customer, answerToUid: received.uid, text: 'Thank you, it works.' },
  })
  const messages = await waitUntil('the answer threads back', async () => {
    const ticket = await owner.call(getTicket, { params })
    const written = ticket.messages.filter(message => message.placedBy !== 'acknowledgement')
    return written.length === 3 ? written : undefined
  })
  await owner.call(removePractice)

  expect(received.to).toContain(customer)
  expect(messages.map(one => one.direction)).toEqual(['inbound', 'outbound', 'inbound'])
  expect(messages[2]?.visibleText.trim()).toBe('Thank you, it works.')
  expect((await owner.call(listMailboxes)).data).toEqual([])
  expect((await owner.call(listTickets, { query: { queue: 'all' } })).data).toEqual([])
  expect(await owner.call(getPractice)).toMatchObject({ isConnected: false })
  await expect(owner.call(getTicket, { params })).rejects.toThrow(ApiRefusal)
})

async function findReceived() {
  const { customers } = await owner.call(getPractice)
  const mails = customers.find(one => one.address === customer)?.mails ?? []
  return mails.find(mail => mail.direction === 'to-customer' && mail.text.includes('no limit'))
}

/** A second and more ago: 2 s, since the reply counts from the moment its acceptance was written down. */
function isPast(at: string): true | undefined {
  return Date.now() - new Date(at).getTime() > 2_000 || undefined
}
