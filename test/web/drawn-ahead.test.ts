import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { writeNote } from '../../src/shared/tickets.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

const ticket = (page: Page, number: number) => page.locator(`#ticket section[aria-label="Ticket ${number}"]`)

/** A page with the first ticket of the list open, when the one below it has been drawn out of sight. */
async function openFirst(): Promise<{ page: Page; first: number; next: number; told: string[] }> {
  const page = await desk.open('/queue/all')
  const told: string[] = []
  page.on('request', request => {
    if (request.method() !== 'GET')
      told.push(`${new URL(request.url()).pathname} ${request.postData() ?? ''}`)
  })
  const links = page.getByRole('row').getByRole('link')
  const numberOf = async (place: number) => Number(await links.nth(place).getAttribute('data-number'))
  await links.first().waitFor()
  const [first, next] = [await numberOf(0), await numberOf(1)]
  await links.first().click()
  await ticket(page, first).getByRole('feed').waitFor()
  await ticket(page, next).waitFor({ state: 'attached' })
  return { page, first, next, told }
}

test('a ticket that is drawn ahead is seen, heard and asked by nobody, until j shows it', async () => {
  const { page, first, next, told } = await openFirst()
  const isHidden = await ticket(page, next).isHidden()
  await expect.poll(() => told.some(one => one.includes(`"number":${first}`))).toBe(true)
  const before = told.filter(one => new RegExp(`\\b${next}\\b`).test(one))
  const feeds = await page.getByRole('feed').count()

  await page.keyboard.press('j')

  await ticket(page, next).getByRole('feed').waitFor()
  await ticket(page, first).waitFor({ state: 'detached' })
  await expect.poll(() => told.some(one => one.includes(`"number":${next}`))).toBe(true)
  expect([isHidden, before, feeds]).toEqual([true, [], 1])
  await page.context().close()
})

test('what happened to it meanwhile is there: a note of a colleague, and words written in another tab', async () => {
  const { page, next } = await openFirst()
  const params = { number: next }
  await desk.owner.call(writeNote, { params, body: { html: '<p>They rang again</p>' } })
  await ticket(page, next).getByText('They rang again').waitFor({ state: 'attached' })
  const tab = await page.context().newPage()
  await tab.goto(`${desk.baseUrl}/queue/all/${next}`)
  await tab.getByRole('feed').waitFor()
  await tab.keyboard.press('r')
  await tab.getByRole('textbox', { name: 'Write your reply' }).fill('Half a thought')
  await tab.close()
  const isOneOpen = await ticket(page, next).isVisible()

  await page.keyboard.press('j')

  await page.getByRole('feed').getByText('They rang again').waitFor()
  const composer = page.getByRole('textbox', { name: 'Write your reply' })
  await composer.waitFor()
  expect([isOneOpen, await composedText(composer)]).toEqual([false, 'Half a thought'])
  await page.context().close()
})
