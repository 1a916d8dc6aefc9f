import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { openWithoutMail } from '../../src/shared/new-tickets.ts'
import { updateTicket } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

beforeAll(async () => {
  const { data: mailboxes } = await desk.owner.call(listMailboxes)
  const mailboxId = mailboxes[0]?.id ?? 0
  for (let call = 1; call <= 12; call += 1) {
    const body = { mailboxId, subject: `Call ${call}`, customer: { name: `Caller ${call}` } }
    await desk.owner.call(openWithoutMail, { body })
  }
})

/** The inbox with all open tickets, in pages of four; a further page comes, or is refused, when `mayCome` says so. */
async function openPagesOfFour(mayCome: (asked: number) => Promise<boolean> | boolean): Promise<Page> {
  const page = await (await desk.browser.newAgent(desk.owner)).newPage()
  let asked = 0
  await page.route(/\/api\/v1\/tickets\?/, async route => {
    const url = new URL(route.request().url())
    url.searchParams.set('limit', '4')
    if (url.searchParams.has('cursor') && !(await mayCome(++asked))) await route.fulfill({ status: 403 })
    else await route.continue({ url: url.href })
  })
  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').nth(3).waitFor()
  return page
}

test('a held j runs on through the end of a page that has yet to come', async () => {
  const next = Promise.withResolvers<boolean>()
  const page = await openPagesOfFour(asked => asked > 1 || next.promise)
  const here = page.locator('[data-here="true"]')
  const place = async () => Number(await here.getAttribute('aria-rowindex'))
  for (let press = 0; press < 10; press++) await page.keyboard.down('j')
  await page.keyboard.up('j')
  expect(await place()).toBe(4)

  next.resolve(true)

  await expect.poll(place).toBe(10)
  await page.keyboard.press('k')
  await expect.poll(place).toBe(9)
  await page.context().close()
})

test('a page under way comes though the list is read anew meanwhile', async () => {
  const first = Promise.withResolvers<void>()
  const never = Promise.withResolvers<boolean>()
  const page = await openPagesOfFour(asked => {
    first.resolve()
    return asked > 1 || never.promise
  })
  await first.promise

  const shown = page.getByRole('row').first().getByRole('link')
  const numberOnTop = async () => Number(await shown.getAttribute('data-number'))
  const number = await numberOnTop()
  await desk.owner.call(updateTicket, { params: { number }, body: { state: 'closed' } })

  await expect.poll(numberOnTop).not.toBe(number)
  await page.getByRole('row').nth(8).waitFor()
  await page.context().close()
})

test('a further page that cannot be read says so, and is asked for again when told to', async () => {
  let mayCome = false
  const page = await openPagesOfFour(() => mayCome)
  await page.getByRole('button', { name: 'More could not be loaded. Try again' }).waitFor()
  expect(await page.getByRole('row').count()).toBe(4)

  mayCome = true
  await page.getByRole('button', { name: 'More could not be loaded. Try again' }).click()

  await page.getByRole('row').nth(8).waitFor()
  await page.context().close()
})
