import { describe, expect, test } from 'vitest'
import { API_BASE, type Route } from '../../src/shared/define-route.ts'
import { streamEvents } from '../../src/shared/live.ts'
import { checkMailbox } from '../../src/shared/mailbox-checks.ts'
import * as mailboxRoutes from '../../src/shared/mailboxes.ts'
import { listTags } from '../../src/shared/tags.ts'
import * as ticketRoutes from '../../src/shared/tickets.ts'
import { getTicket, listQueues, listTickets, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { openEventStream } from '../support/event-stream.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import { desk } from './the-desk.ts'

const SECRET = 'canary-of-a-mailbox-the-outsider-may-not-see'

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'path' in value && 'access' in value
const shared: unknown[] = [...Object.values(ticketRoutes), streamEvents, ...Object.values(mailboxRoutes)]
const routes = shared.filter(isRoute).filter(one => one.method === 'GET' && one.path.includes(':'))

/** The ticket of support@ that everything below is aimed at. */
async function target() {
  await desk().deliver(rawMail({ from: 'secret@customer.test', subject: SECRET, text: SECRET }))
  const ticket = await desk().ticketOf(SECRET)
  await desk().owner.call(updateTicket, {
    params: { number: ticket.number },
    body: { addTags: [SECRET.slice(0, 40)] },
  })
  return ticket
}

/** What the outsider is told by a route under an id that is not theirs, unless it is nothing. */
async function leakOf(route: Route, id: number): Promise<string[]> {
  const path = `${API_BASE}${route.path.replace(/:\w+/g, String(id))}`
  const headers = { cookie: desk().outsider.cookie() }
  const answer = await fetch(desk().product.baseUrl + path, { headers })
  const isRefused = [403, 404].includes(answer.status)
  if (isRefused || (answer.ok && !/canary|secret@customer/.test(await answer.text()))) return []
  return [`${answer.status} ${path}`]
}

describe('an agent without the mailbox', () => {
  test('gets nothing of it by any route that names a thing, and no route tells that it exists', async () => {
    const ticket = await target()
    const message = ticket.messages[0]?.id ?? 0
    const answers: string[] = []
    for (const route of routes) {
      const id = route.path.includes(':number') ? ticket.number : message
      answers.push(...(await leakOf(route, id)), ...(await leakOf(route, desk().support.id)))
    }
    const lists = await Promise.all([
      desk().outsider.call(listTickets, { query: { queue: 'all' } }),
      desk().outsider.call(listQueues, { query: {} }),
      desk().outsider.call(listTags),
      desk().outsider.call(mailboxRoutes.listMailboxes),
    ])
    const gone = await desk().outsider.fetch(getTicket, { params: { number: 999_999 } })
    const hidden = await desk().outsider.fetch(getTicket, { params: { number: ticket.number } })

    expect(answers).toEqual([])
    expect(JSON.stringify(lists)).not.toMatch(/canary|secret@customer|support@desk/)
    expect([hidden.status, gone.status]).toEqual([404, 404])
  })

  test('changes nothing of it, and hears nothing of it on the stream', async () => {
    const ticket = await desk().ticketOf(SECRET)
    const stream = await openEventStream(`${desk().product.baseUrl}${API_BASE}${streamEvents.path}`, {
      cookie: desk().outsider.cookie(),
    })
    const params = { number: ticket.number }
    const refused = [
      await desk().outsider.fetch(updateTicket, { params, body: { state: 'closed' } }),
      await desk().outsider.fetch(writeNote, { params, body: { text: 'I was here' } }),
      await desk().outsider.fetch(ticketRoutes.sendReply, {
        params,
        body: { text: 'I was here', to: ['x@evil.test'] },
      }),
    ]
    await desk().owner.call(writeNote, { params, body: { text: 'seen by the owner' } })
    await desk().deliver(rawMail({ subject: 'for everybody in billing' }), 'billing@desk.test')
    const billing = await desk().ticketOf('for everybody in billing')

    await waitUntil('the outsider hears of billing', () =>
      stream.events.some(one => one.data.number === billing.number) ? true : undefined,
    )
    stream.close()

    expect(refused.map(answer => answer.status)).toEqual([404, 404, 404])
    expect(stream.events.map(one => one.data.number)).not.toContain(ticket.number)
    expect((await desk().ticketOf(SECRET)).notes.map(note => note.text)).toEqual(['seen by the owner'])
  })

  test('and nobody else sends fields a route does not name', async () => {
    const { number } = await desk().ticketOf(SECRET)
    const extra = {
      number: 1,
      replyKey: '00000000-0000-0000-0000-000000000000',
      role: 'owner',
      customerId: 1,
      createdAt: '2020-01-01',
      isAdmin: true,
    }
    for (const [name, value] of Object.entries(extra)) {
      const body = { state: 'open', [name]: value } as { state: 'open' }
      const answer = await desk().owner.fetch(updateTicket, { params: { number }, body })

      expect([name, answer.status]).toEqual([name, 400])
    }
  })
})

test.each([
  '169.254.169.254',
  '[::ffff:a9fe:a9fe]',
  '::ffff:169.254.169.254',
  'fd00:ec2::254',
  '100.100.100.200',
  '10.0.0.1',
  '::1',
  '0',
  '0.0.0.0',
  '0xa9.0xfe.0xa9.0xfe',
  '2852039166',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a00:1',
  '/var/run/docker.sock',
  'fe80::1%lo',
])('a mailbox form does not reach %s, and does not say what answers there', async host => {
  const server = { host, port: 22, security: 'tls' as const }
  const checked = await desk().owner.call(checkMailbox, {
    body: { address: 'a@b.test', password: 'x', imap: server, smtp: server },
  })

  const codes = new Set(checked.steps.filter(step => !step.ok).map(step => step.code))

  expect(checked.ok).toBe(false)
  expect([...codes].every(code => code === 'host-not-allowed' || code === 'host-not-found')).toBe(true)
})
