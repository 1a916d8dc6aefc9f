import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { openWithoutMail } from '../../src/shared/new-tickets.ts'
import { getMe } from '../../src/shared/session.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'

// npm run prove:triage works through fifty each.
const COUNT = process.env.PROVE === 'whole' ? 50 : 6

const desk = practiceDesk()

/** Tickets that nobody has, and the numbers of them. */
async function callsComeIn(name: string): Promise<number[]> {
  const { data: mailboxes } = await desk.owner.call(listMailboxes)
  const mailboxId = mailboxes[0]?.id ?? 0
  const numbers: number[] = []
  for (let call = 1; call <= COUNT; call += 1) {
    const body = { mailboxId, subject: `${name} ${call}`, customer: { name: `Caller ${call}` } }
    const { number } = await desk.owner.call(openWithoutMail, { body })
    await desk.owner.call(updateTicket, { params: { number }, body: { assigneeId: null } })
    numbers.push(number)
  }
  return numbers
}

const shownNumber = (page: Page) => Number(new URL(page.url()).pathname.split('/').at(-1))

/** Whether all of them are closed, and are this agent's. */
async function areDone(numbers: readonly number[]): Promise<boolean> {
  const { id } = await desk.owner.call(getMe)
  const tickets = await Promise.all(numbers.map(number => desk.owner.call(getTicket, { params: { number } })))
  return tickets.every(({ state, assigneeId }) => state === 'closed' && assigneeId === id)
}

test('where there is no tag yet the list of tags says how one is made, and typing makes it', async () => {
  const page = await desk.open('/queue/all')
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).getByRole('link').click()
  await page.getByRole('feed').waitFor()

  await page.keyboard.press('t')
  await page.getByText('No tags yet. Type a name to make one.').waitFor()
  await page.keyboard.type('invoice')
  await page.keyboard.press('Enter')

  await page.getByRole('button', { name: 'Remove invoice' }).waitFor()
})

test('a row is snoozed, closed and taken by its own buttons, by mouse and by Tab; Snoozed says when it wakes', async () => {
  const page = await desk.open('/queue/unassigned')
  const row = page.getByRole('row').filter({ hasText: 'Jan Nowak' })

  await row.hover()
  const number = Number(await row.getByRole('link').getAttribute('data-number'))
  await row.getByRole('button', { name: 'Snooze…' }).click()
  await page.getByRole('button', { name: /^Day: / }).click()
  await page.locator('table button[data-selected]').click()
  await page.getByRole('textbox', { name: 'Time' }).fill('0830')
  await page.getByRole('button', { name: 'Snooze until then' }).click()
  await row.waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('z')
  await row.getByText('tomorrow, 08:30', { exact: true }).waitFor()
  await page.keyboard.press('z')
  await row.waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await row.getByRole('link').focus()
  await row.getByRole('button', { name: 'Close' }).waitFor({ state: 'attached' })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await row.waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await row.hover()
  await row.getByRole('button', { name: 'Assign to me' }).click()
  await row.waitFor({ state: 'detached' })
  await page.keyboard.press('z')

  await row.waitFor()
  const me = await desk.owner.call(getMe)
  // Nobody has it before it is taken too.
  const given = async () =>
    (await desk.owner.call(getTicket, { params: { number } })).events
      .filter(event => event.kind === 'assigned')
      .map(event => event.data.to)
  await expect.poll(given).toEqual([me.id, null])
  expect(new URL(page.url()).pathname).toBe('/queue/unassigned')
  await page.context().close()
})

describe(`an agent works through ${COUNT} tickets, takes each and closes it`, () => {
  test('by keys alone', { timeout: 30_000 + COUNT * 4_000 }, async () => {
    const numbers = await callsComeIn('keys')
    const page = await desk.open('/queue/unassigned')
    const row = page.getByRole('row').filter({ hasText: 'keys 1' }).first()
    await row.waitFor()
    await page.keyboard.press('j')
    while (
      !(await page
        .locator('[data-here="true"]')
        .filter({ hasText: /keys \d/ })
        .isVisible())
    )
      await page.keyboard.press('j')
    await page.keyboard.press('Enter')

    const left = new Set(numbers)
    while (left.size > 0) {
      await expect.poll(() => left.has(shownNumber(page))).toBe(true)
      const number = shownNumber(page)
      await page
        .getByRole('region', { name: `Ticket ${number}` })
        .getByRole('feed')
        .waitFor()
      await page.keyboard.press('i')
      await page.keyboard.press('e')
      left.delete(number)
    }

    // Keys are faster than a server that is busy: what they asked for follows.
    await expect.poll(() => areDone(numbers), { timeout: 30_000 }).toBe(true)
  })

  test('by the mouse alone', { timeout: 30_000 + COUNT * 6_000 }, async () => {
    const numbers = await callsComeIn('mouse')
    const page = await desk.open('/queue/unassigned')

    for (let at = COUNT; at > 0; at -= 1) {
      await page
        .getByRole('row')
        .filter({ hasText: /mouse \d/ })
        .first()
        .getByRole('link')
        .click()
      const ticket = page.getByRole('region', { name: /^Ticket / })
      await ticket.getByRole('heading', { level: 1, name: /^mouse/ }).waitFor()
      const number = /\d+$/.exec((await ticket.getAttribute('aria-label')) ?? '')?.[0]
      await ticket.getByRole('button', { name: 'Nobody' }).click()
      await page.getByRole('option', { name: /Ada Owner/ }).click()
      await ticket.getByText('Ada Owner took it').waitFor()
      await ticket.getByRole('button', { name: 'Close', exact: true }).click()
      await page.locator(`[data-number="${number}"]`).waitFor({ state: 'detached' })
    }

    // Keys are faster than a server that is busy: what they asked for follows.
    await expect.poll(() => areDone(numbers), { timeout: 30_000 }).toBe(true)
  })
})

test('what was closed does not come back with a list that was read before the server heard of it', async () => {
  const [first = 0, second = 0] = await callsComeIn('stale')
  const page = await desk.open('/queue/unassigned')
  const rowOf = (number: number) =>
    page.getByRole('row').filter({ has: page.locator(`[data-number="${number}"]`) })
  const heard = Promise.withResolvers<void>()
  await page.route('**/api/v1/tickets/actions', async route => {
    await heard.promise
    await route.continue()
  })
  await rowOf(first).hover()
  await rowOf(first).getByRole('button', { name: 'Close' }).click()
  await rowOf(first).waitFor({ state: 'detached' })

  // Somebody else's deed makes the page read the list anew.
  const read = page.waitForResponse(answer => /\/api\/v1\/tickets\?/.test(answer.url()))
  await desk.owner.call(updateTicket, { params: { number: second }, body: { state: 'closed' } })
  const { data } = (await (await read).json()) as { data: { number: number }[] }
  await rowOf(second).waitFor({ state: 'detached' })

  expect(data.map(row => row.number)).toContain(first)
  expect(await rowOf(first).count()).toBe(0)
  heard.resolve()
  await expect
    .poll(async () => (await desk.owner.call(getTicket, { params: { number: first } })).state)
    .toBe('closed')
  expect(await rowOf(first).count()).toBe(0)
  await page.context().close()
})

test('what is in the Trash says until when, and is deleted for good, one ticket or all, on every screen', async () => {
  const numbers = await callsComeIn('Thrown away')
  const body = { isDeleted: true }
  for (const number of numbers) await desk.owner.call(updateTicket, { params: { number }, body })
  const [first = 0] = numbers
  const page = await desk.open(`/queue/trash/${first}`)
  const witness = await desk.open(`/queue/trash/${first}`)
  await witness.getByText(/It is deleted for good on \d+ \w+ \d{4}/).waitFor()
  const strip = page.getByRole('region', { name: `Ticket ${first}` }).getByRole('note')
  const erase = strip.getByRole('button', { name: 'Delete for good' })

  await erase.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await erase.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()

  await page.getByText('1 ticket is deleted for good').waitFor()
  await page.getByRole('row').filter({ hasText: 'Thrown away 1' }).waitFor({ state: 'detached' })
  await witness.getByText('This does not exist, or you may not see it.').first().waitFor()
  await page.getByRole('button', { name: 'Empty the Trash' }).click()
  const question = page.getByRole('dialog', { name: `Delete ${COUNT - 1} tickets for good?` })
  await question.getByRole('button', { name: 'Empty the Trash' }).click()
  await page.getByText('The Trash is empty.').waitFor()
  await witness.getByText('The Trash is empty.').waitFor()
  await page.goto(`${desk.baseUrl}/settings/trash`)
  await page.getByText('Ada Owner emptied the Trash').waitFor()
})

test('on a phone a customer is answered by the thumb', async () => {
  const page = await desk.open('/queue/all', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  await page.getByRole('row').filter({ hasText: 'Emma Clarke' }).getByRole('link').tap()
  await page.getByRole('feed').waitFor()

  await page.getByRole('button', { name: /^Reply to Emma/ }).tap()
  await page.locator('#composer:focus').waitFor()
  await page.keyboard.type('On its way.')
  await page
    .getByRole('button', { name: /^Send(?! &)/ })
    .first()
    .tap()

  await page.getByText('Sent to Emma Clarke').waitFor()
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  expect(overflow).toBeLessThanOrEqual(0)
})

// JavaScript of the page: what a screen reader says of the element in focus.
const FOCUSED = `(() => {
  const { activeElement: on } = document
  return on.getAttribute('aria-label') || on.labels?.[0]?.textContent || on.textContent || on.tagName
})()`

async function tabThrough(page: Page, presses: number): Promise<string[]> {
  const names: string[] = []
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab')
    names.push(await page.evaluate<string>(FOCUSED))
  }
  return names
}

test('whoever hears the page comes to the list, the ticket and the reply by names, in the order they stand', async () => {
  const page = await desk.open('/queue/all')
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).waitFor()

  const before = await tabThrough(page, 4)
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).getByRole('link').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('feed', { name: 'Messages' }).getByRole('article').first().waitFor()
  await page.locator('#ticket').focus()
  const inTicket = await tabThrough(page, 30)
  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).waitFor()

  expect(before[0]).toBe('Skip to the list')
  const order = ['Open', 'Nobody', 'Snooze', 'Close'].map(name =>
    inTicket.findIndex(one => one.startsWith(name)),
  )
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(order).not.toContain(-1)
  expect([...before, ...inTicket]).not.toContain('')
  expect(await page.getByRole('grid', { name: 'Tickets' }).getByRole('row').count()).toBeGreaterThan(3)
})
