import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { inviteAgent } from '../../src/shared/agents.ts'
import { createCustomerField } from '../../src/shared/customer-fields.ts'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { writeAsCustomer } from '../../src/shared/practice.ts'
import { getMe, updateMe, useLink } from '../../src/shared/session.ts'
import { createTeam, listTeams } from '../../src/shared/teams.ts'
import { listTickets, type TicketRow, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()
let maria: ApiClient
let ticket: TicketRow | undefined

beforeAll(async () => {
  const { data: mailboxes } = await desk.owner.call(listMailboxes)
  const mailboxId = mailboxes[0]?.id ?? 0
  ticket = desk.rows.find(row => row.mailboxId === mailboxId)
  maria = await invite('Мария Иванова', 'maria@desk.test', [mailboxId])
  await invite('Mark Elsewhere', 'mark@desk.test', [])
}, 150_000)

async function invite(name: string, email: string, mailboxIds: number[]): Promise<ApiClient> {
  const { link } = await desk.owner.call(inviteAgent, {
    body: { email, name, role: 'agent', language: 'en', mailboxIds, sendMail: false },
  })
  const client = apiClient(desk.owner.baseUrl)
  const token = String(link).split('/link/')[1] ?? ''
  await client.call(useLink, { params: { token }, body: { password: 'another long password' } })
  return client
}

/** Wide enough for the customer beside the ticket. */
const openWide = (client: ApiClient, path: string) =>
  open(client, path, { viewport: { width: 1440, height: 900 } })

const open = (client: ApiClient, path: string, options: BrowserContextOptions = {}): Promise<Page> =>
  desk.open(path, { as: client, ...options })

test('a colleague is called by @ and the first letters, and finds the ticket until they have seen it', async () => {
  const page = await open(desk.owner, `/queue/all/${ticket?.number}`)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('n')
  const text = page.getByRole('textbox', { name: 'Write a note for your team' })
  await text.waitFor()
  await page.keyboard.type('Hi @')
  const offers = page.getByRole('listbox', { name: 'People and teams to mention' })
  await offers.getByRole('option').first().waitFor()
  const offered = await offers.getByRole('option').allTextContents()

  // In Latin letters, and on at once: the caret is behind the name before the next key.
  await page.keyboard.type('mar')
  await page.keyboard.press('Enter')
  await page.keyboard.type('виж')
  const words = await composedText(text)
  await page.keyboard.press('Control+Enter')
  await page.getByText('Ada Owner mentioned Мария Иванова').waitFor()
  const theirs = await open(maria, '/queue/mine')
  await theirs.getByRole('link', { name: 'Mentions 1' }).waitFor()
  await theirs.keyboard.press('g')
  await theirs.keyboard.press('@')
  const row = theirs.getByRole('row')
  await row.getByText('A note mentions you').waitFor({ state: 'attached' })
  await row.getByRole('link').click()
  await theirs.locator('[data-hit]').getByText('@Мария Иванова').waitFor()

  await theirs.getByRole('link', { name: 'Mentions', exact: true }).waitFor()
  expect(offered).toEqual(['МИМария Иванова'])
  expect(words).toBe('Hi @Мария Иванова виж')
  expect(await row.count()).toBe(1)
  expect(await row.getByText('A note mentions you').count()).toBe(0)
})

test('Esc leaves what was typed, an address is none, and in a reply an @ is a sign like others', async () => {
  const page = await open(desk.owner, `/queue/all/${ticket?.number}`)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('n')
  const note = page.getByRole('textbox', { name: 'Write a note for your team' })
  await note.waitFor()
  const offers = page.getByRole('listbox', { name: 'People and teams to mention' })

  await page.keyboard.type('@')
  await offers.waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.type('mar')
  await expect.poll(() => composedText(note)).toBe('@mar')
  const left = await offers.count()
  await page.keyboard.press('Enter')
  await page.keyboard.type('a@mar')
  await expect.poll(() => composedText(note)).toBe('@mar\na@mar')
  const inAddress = await offers.count()
  await page.keyboard.press('Control+.')
  const reply = page.getByRole('textbox', { name: 'Write your reply' })
  await reply.waitFor()
  await page.keyboard.type(' @mar')
  await expect.poll(() => composedText(reply)).toBe('@mar\na@mar @mar')

  expect([left, inAddress, await offers.count()]).toEqual([0, 0, 0])
})

test('an admin makes a team of colleagues, in all mailboxes until it is said otherwise', async () => {
  const page = await open(desk.owner, '/settings/teams')

  await page.getByRole('button', { name: 'New team' }).click()
  const dialog = page.getByRole('dialog', { name: 'New team' })
  await dialog.getByLabel('Name of the team').fill('Second line')
  await dialog.getByRole('checkbox', { name: /^Мария Иванова/ }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()

  await page.getByRole('listitem').filter({ hasText: 'Second line' }).getByText('Мария Иванова').waitFor()
  const { data: mailboxes } = await desk.owner.call(listMailboxes)
  const { data: teams } = await desk.owner.call(listTeams)
  expect(teams).toMatchObject([{ name: 'Second line', mailboxIds: mailboxes.map(one => one.id).toSorted() }])
})

test('an agent gives a ticket to a team by keys, finds it in its queue, and takes that back by z', async () => {
  const mailboxIds = [ticket?.mailboxId ?? 0]
  await desk.owner.call(createTeam, { body: { name: 'Плащания', memberIds: [], mailboxIds } })
  const page = await open(desk.owner, `/queue/unassigned/${ticket?.number}`)
  await page.getByRole('feed').waitFor()
  await page.getByRole('link', { name: 'Плащания', exact: true }).waitFor()

  await page.keyboard.press('a')
  await page.keyboard.type('плащ')
  await page.keyboard.press('Enter')
  await page.getByText('Ada Owner gave it to the team Плащания').waitFor()
  await page.getByRole('link', { name: 'Плащания 1' }).click()
  const row = page.getByRole('row').filter({ has: page.locator(`[data-number="${ticket?.number}"]`) })
  await row.waitFor()
  await page.keyboard.press('z')

  await row.waitFor({ state: 'detached' })
  await page.getByText('Nothing waits for this team.').waitFor()
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Плащания')
})

test('a list is narrowed by keys, kept as a view for everybody, and taken back', async () => {
  const { data: mailboxes } = await desk.owner.call(listMailboxes)
  const name = mailboxes[0]?.name ?? ''
  const page = await open(desk.owner, '/queue/all?status=waiting')
  await page.getByText('No ticket fits this filter.').waitFor()
  const parts = page.getByRole('listbox', { name: 'Filter the list' })
  const values = page.getByRole('listbox', { name: 'Mailbox' })

  await page.keyboard.press('Shift+F')
  await parts.getByRole('option').first().waitFor()
  await page.keyboard.press('Backspace')
  await page.waitForURL(/\/queue\/all$/)
  await page.keyboard.type('mailb')
  await parts.getByRole('option', { name: 'Mailbox' }).waitFor()
  await page.keyboard.press('Enter')
  await values.getByRole('option').first().waitFor()
  await page.keyboard.type(name.slice(0, 4))
  await values.getByRole('option', { name }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/mailboxes=/)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save as view' }).click()
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Първа линия')
  await page.getByRole('checkbox', { name: 'Everybody sees it' }).check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const link = page.getByRole('link', { name: /^Първа линия \d/ })
  await link.waitFor()
  const address = page.url()
  const theirs = await open(maria, '/queue/mine')
  await theirs.getByRole('link', { name: /^Първа линия/ }).click()
  await theirs.getByRole('heading', { name: 'Първа линия', exact: true, level: 1 }).waitFor()
  await theirs.getByRole('row').first().waitFor()
  const seen = new URL(theirs.url()).search
  await page.getByRole('button', { name: 'View Първа линия: more' }).click()
  await page.getByRole('menuitem', { name: 'Remove view' }).click()
  await link.waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await link.click()
  await page.getByRole('button', { name: 'Remove from the filter: Mailbox' }).click()

  await page.getByRole('button', { name: 'Save changes' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe(new URL(address).search)
  expect(seen).toBe(new URL(address).search)
  expect(await theirs.getByRole('button', { name: /^View Първа/ }).count()).toBe(1)
})

test('an agent is told outside the page by one of their tabs, and the bell leads to what it was about', async () => {
  const { id } = await maria.call(getMe)
  const params = { number: ticket?.number ?? 0 }
  await desk.owner.call(updateTicket, { params, body: { assigneeId: id } })
  const visitor = await desk.browser.newAgent(maria)
  await visitor.addInitScript(recordNotifications)
  const pages = [await visitor.newPage(), await visitor.newPage()]
  for (const page of pages) await page.goto(`${desk.baseUrl}/queue/all`)
  for (const page of pages) await page.getByRole('button', { name: 'Notifications, 1 new' }).waitFor()
  await waitUntil('a tab that rings', async () => await pages[0]?.evaluate(findRinger))

  const html = `<p>Please look, <span data-mention="${id}">@x</span></p>`
  await desk.owner.call(writeNote, { params, body: { html } })
  const shown = await waitUntil('the words of the browser', async () => {
    const all = await Promise.all(pages.map(page => page.evaluate(shownOutside)))
    return all.some(words => words.length > 0) ? all.flat() : undefined
  })
  for (const page of pages) await page.getByRole('button', { name: 'Notifications, 2 new' }).waitFor()
  const [page] = pages
  await page?.keyboard.press('g')
  await page?.keyboard.press('n')
  await page?.getByRole('dialog').locator('a:focus').getByText('Ada Owner mentioned you').waitFor()
  await page?.keyboard.press('Enter')

  await page?.locator('[data-hit]').getByText('Please look').waitFor()
  await page?.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
  expect(shown).toEqual([expect.stringContaining('Ada Owner mentioned you')])
})

type Recording = { shownOutside?: string[] }

// In place of the browser's own, which nobody sees in a browser without a screen.
function recordNotifications(): void {
  const shown: string[] = []
  Object.assign(globalThis, {
    shownOutside: shown,
    Notification: class {
      static permission = 'granted'
      constructor(title: string, { body }: { body: string }) {
        shown.push(`${title}: ${body}`)
      }
    },
  })
}

function shownOutside(): string[] {
  return (globalThis as Recording).shownOutside ?? []
}

async function findRinger(): Promise<true | undefined> {
  const { held = [] } = await navigator.locks.query()
  return held.some(lock => lock.name?.startsWith('letterdesk.bell')) || undefined
}

test('what an agent has read stays unread by the others, and is unread again by its key', async () => {
  const number = ticket?.number ?? 0
  const row = (page: Page) => page.locator(`[role="row"]:has([data-number="${number}"])`)
  const isUnread = async (client: ApiClient) =>
    (await client.call(listTickets, { query: { queue: 'all' } })).data.find(one => one.number === number)
      ?.isUnread
  const byHer = await isUnread(maria)
  const page = await open(desk.owner, '/queue/all')
  const shows = (isSo: boolean) =>
    row(page)
      .and(page.locator(`[data-unread="${isSo}"]`))
      .waitFor()
  await page.locator('[data-unread="true"]').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Space')
  const peeked = page.getByRole('region', { name: 'A look at ticket' })
  await peeked.getByRole('article').first().waitFor()
  const atFirst = await peeked.getAttribute('aria-label')
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const next = peeked.and(page.locator(`:not([aria-label="${atFirst}"])`))
  await next.getByRole('article').first().waitFor()
  await page.keyboard.press('Escape')
  await peeked.waitFor({ state: 'detached' })
  await row(page).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  await shows(false)

  // Left unread at once, or while the server is still being told that it was read: it stays so.
  const acted = page.waitForResponse('**/tickets/actions')
  await page.keyboard.press('Shift+U')
  await shows(true)
  await acted
  // time passes: longer than a ticket is on the screen until it counts as read
  await page.evaluate('new Promise(resolve => setTimeout(resolve, 700))')
  expect(await isUnread(desk.owner)).toBe(true)
  const late = Promise.withResolvers<void>()
  await page.route('**/messages/read', route => late.promise.then(() => route.continue()))
  const asked = page.waitForRequest('**/messages/read')
  await page.keyboard.press('Escape')
  await row(page).getByRole('link').click()
  await asked
  await page.keyboard.press('Shift+U')
  await shows(true)
  await Promise.all([page.waitForResponse('**/messages/read'), late.resolve()])
  await expect.poll(() => isUnread(desk.owner)).toBe(true)
  await page.keyboard.press('z')
  await shows(false)
  await page.keyboard.press('[')
  const queues = page.getByRole('navigation', { name: 'Queues and mailboxes' })
  await queues.getByText('Unassigned').waitFor({ state: 'detached' })
  await page.reload()
  await shows(false)

  await page.getByRole('button', { name: 'Show or hide the queues' }).click()
  await queues.getByText('Unassigned').waitFor()
  await expect.poll(() => isUnread(desk.owner)).toBe(false)
  expect(await isUnread(maria)).toBe(byHer)
})

test('an admin defines fields of customers; an agent fills them in beside a ticket and finds them at the next', async () => {
  const emma = 'emma.clarke@customers.example'
  const page = await open(desk.owner, '/settings/customer-fields')
  await page.getByRole('button', { name: 'New field' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name of the field').fill('Тариф')
  await dialog.getByLabel('Type').selectOption('Choice')
  await dialog.getByLabel('Option 1', { exact: true }).fill('Gold')
  await dialog.getByLabel('Option 1', { exact: true }).press('Enter')
  await page.keyboard.type('Silver')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  for (const [name, kind] of [
    ['Renewal', 'date'],
    ['Turnover', 'number'],
  ] as const) {
    await desk.owner.call(createCustomerField, { body: { name, kind, hint: '', options: [] } })
  }
  await page.getByRole('button', { name: 'New field' }).click()
  await dialog.getByLabel('Name of the field').fill('Page')
  await dialog.getByLabel('Type').selectOption('Link')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Move Turnover up' }).press('Enter')
  await page.getByText('Turnover is number 2 of 4 now').waitFor()
  const focused = await page.evaluate('document.activeElement.ariaLabel')

  const { data } = await desk.owner.call(listTickets, { query: { queue: 'all' } })
  const number = data.find(row => row.customer?.address === emma)?.number
  await desk.owner.call(updateMe, { body: { language: 'pl' } })
  const first = await openWide(desk.owner, `/queue/all/${number}`)
  const panel = first.getByRole('complementary', { name: 'Klient' })
  const add = async (name: string) => {
    await panel.getByRole('button', { name: 'Dodaj pole' }).click()
    await first.keyboard.type(name.slice(0, 3))
    await first.getByRole('option', { name }).waitFor()
    await first.keyboard.press('Enter')
    await panel.getByLabel(name, { exact: true }).waitFor()
  }
  await add('Тариф')
  await panel.getByLabel('Тариф').selectOption('Silver')
  await add('Page')
  await first.keyboard.type('javascript:alert(1)')
  await first.keyboard.press('Enter')
  await panel.getByText('„Page” przyjmuje adres strony').waitFor()
  await panel.getByLabel('Page').fill('Shop.example/emma')
  await panel.getByLabel('Page').press('Enter')
  await panel.getByRole('link', { name: 'shop.example/emma' }).waitFor()
  await add('Renewal')
  await first.keyboard.type('12.12.2027') // by the agent's language: this Chromium is English
  await first.keyboard.press('Enter')
  await add('Turnover')
  await first.keyboard.type('12345,5')
  await first.keyboard.press('Enter')
  await waitUntil('the number by its groups', async () => {
    return (await panel.getByLabel('Turnover').inputValue()) === '12\u00a0345,5' || undefined
  })
  await desk.owner.call(writeAsCustomer, {
    body: { customer: emma, answerToUid: null, subject: 'Something else', text: 'Hello again' },
  })
  const next = await waitUntil('the next ticket', async () => {
    const { data: rows } = await desk.owner.call(listTickets, { query: { queue: 'all' } })
    return rows.find(row => row.subject === 'Something else')?.number
  })
  const second = await openWide(desk.owner, `/queue/all/${next}`)

  const shown = second.getByRole('complementary', { name: 'Klient' })
  const link = shown.getByRole('link', { name: 'shop.example/emma' })
  await link.waitFor()
  expect(focused).toBe('Move Turnover up')
  expect(await link.getAttribute('href')).toBe('https://shop.example/emma')
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow')
  expect(await shown.getByLabel('Тариф').locator('option:checked').textContent()).toBe('Silver')
  expect(await shown.getByLabel('Renewal', { exact: true }).inputValue()).toBe('12 grudnia 2027')
  expect(await shown.getByLabel('Turnover').inputValue()).toBe('12\u00a0345,5')
  expect(await shown.getByRole('button', { name: 'Dodaj pole' }).count()).toBe(0)
})
