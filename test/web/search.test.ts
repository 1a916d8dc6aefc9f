import { beforeAll, expect, test } from 'vitest'
import { search } from '../../src/shared/search.ts'
import { writeNote } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()

beforeAll(async () => {
  const jan = desk.rows.find(row => row.customer?.name === 'Jan Nowak')
  await desk.owner.call(writeNote, {
    params: { number: jan?.number ?? 0 },
    body: { text: 'Duplikaty faktur wysyła księgowość.' },
  })
  await waitUntil('the note to be found', async () => {
    const { data } = await desk.owner.call(search, { query: { q: 'is:note fakturami' } })
    return data.length > 0 || undefined
  })
}, 180_000)

test('by keys alone an agent searches, opens the note that was found at its place, and goes back', async () => {
  const visitor = await desk.browser.newAgent(desk.owner)
  const page = await visitor.newPage()
  // Frames that come late, as on a busy machine: who types on must not feel it.
  await page.addInitScript('requestAnimationFrame = callback => setTimeout(callback, 250, 0)')
  await page.goto(`${desk.baseUrl}/queue/mine`)
  await page.getByRole('heading', { name: 'Mine' }).waitFor()

  await page.keyboard.press('/')
  await page.keyboard.type('is:n')
  await page.getByRole('option', { name: 'is:note' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.type('fakturami', { delay: 60 })
  const hit = page.getByRole('link', { name: /Note by Ada Owner.*Faktura za październik.*Duplikaty faktur/ })
  await hit.waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')

  const note = page.getByRole('article', { name: 'Note by Ada Owner' })
  await note.waitFor()
  expect(await note.getAttribute('data-hit')).toBe('')
  expect(await hit.locator('mark').allTextContents()).toEqual(['Faktura', 'faktur'])
  expect(new URL(page.url()).searchParams.get('q')).toBe('is:note fakturami')
  await page.keyboard.press('Escape')
  await note.waitFor({ state: 'detached' })
  expect(await hit.isVisible()).toBe(true)
})

test('a search that cannot be understood is mended by a press, and one that finds nothing says what to try', async () => {
  const page = await desk.open(`/search?q=${encodeURIComponent('form:jan is:closed')}`)
  await page.getByRole('button', { name: 'from:' }).click()
  await page.getByText('Nothing found for from:jan is:closed').waitFor()
  await page.getByRole('button', { name: 'Search without is:closed' }).click()

  await page.getByRole('link', { name: /Jan Nowak.*Faktura za październik/ }).waitFor()
  expect(await page.getByLabel('Search messages and notes').inputValue()).toBe('from:jan')
})
