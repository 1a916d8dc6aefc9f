import type { Page } from 'playwright-core'
import { waitUntil } from '../support/wait-until.ts'
import { takeInteractions, takeLongTasks, timeKey } from './page-probe.ts'
import { type Spread, spreadOf } from './percentiles.ts'

// JavaScript of the page: the number of the marked row, whether the ticket of a number has been drawn, maybe out of sight, and
// whether it can be read.
const MARKED = `document.querySelector('[data-here="true"] [data-number]')?.dataset.number`
const articleOf = (number: string) =>
  `document.querySelector('#ticket section[aria-label="Ticket ${number}"] [role="feed"] article')`
const isDrawn = (number: string) => `${articleOf(number)} !== null`
const isRead = (number: string) => `${articleOf(number)}?.checkVisibility() === true`

const markedNumber = async (page: Page) => (await page.evaluate<string | undefined>(MARKED)) ?? ''

// Not the driver's own wait for a function: the page lets no text become a program.
async function waitFor(page: Page, isSo: string): Promise<void> {
  await waitUntil(isSo, async () => (await page.evaluate<boolean>(isSo)) || undefined, { withinMs: 60_000 })
}

/** Opens a page and waits for its rows. @returns how long that took */
export async function timeLoad(page: Page, address: string): Promise<number> {
  const beganMs = performance.now()
  await page.goto(address, { waitUntil: 'commit' })
  await page.getByRole('row').first().waitFor()
  return performance.now() - beganMs
}

/** The limit: a key that changes one attribute of an empty page. What an inbox takes beyond it is its own. */
export async function timeFloor(page: Page, count: number): Promise<Spread> {
  await page.goto('about:blank')
  await page.evaluate(`addEventListener('keydown', () => {
    const { dataset } = document.body
    dataset.presses = Number(dataset.presses ?? 0) + 1
  })`)
  const timesMs: number[] = []
  for (let press = 1; press <= count; press++) {
    timesMs.push(await timeKey(page, 'j', `document.body.dataset.presses === '${press}'`))
  }
  return spreadOf(timesMs)
}

/** `j` in the list: until the next row is marked. */
export async function timeMarks(page: Page, count: number): Promise<Spread> {
  const timesMs: number[] = []
  for (let press = 0; press < count; press++) {
    const before = await markedNumber(page)
    timesMs.push(await timeKey(page, 'j', `(${MARKED} ?? '') !== '${before}'`))
  }
  return spreadOf(timesMs)
}

/** Holds `j` down for three seconds. @returns how many of its presses moved nothing */
export async function holdDown(page: Page): Promise<{ presses: number; lost: number }> {
  const presses = 90
  const place = async () =>
    Number(
      await page.evaluate<string>(
        `document.querySelector('[data-here="true"]').getAttribute('aria-rowindex')`,
      ),
    )
  const before = await place()
  const beganMs = performance.now()
  for (let press = 1; press <= presses; press++) {
    await page.keyboard.down('j')
    const restMs = press * (1_000 / 30) - (performance.now() - beganMs)
    // time passes: the pace of a held key
    if (restMs > 0) await new Promise(resolve => setTimeout(resolve, restMs))
  }
  await page.keyboard.up('j')
  let moved = 0
  await waitUntil(
    'every press to have moved the mark',
    async () => {
      const now = (await place()) - before
      const isStill = now === moved
      moved = now
      return now === presses || (isStill && now > 0) ? now : undefined
    },
    { everyMs: 500 },
  )
  return { presses, lost: presses - moved }
}

/**
 * `j` with a ticket open: until the next one, which was fetched ahead, can be read; at once after the one before (`run`), and
 * after a look at it, when the next one has been drawn out of sight (`look`).
 */
export async function timeOpens(page: Page, count: number): Promise<{ run: Spread; look: Spread }> {
  await page.keyboard.press('Enter')
  await waitFor(page, isRead(await markedNumber(page)))
  const timesMs: Record<'run' | 'look', number[]> = { run: [], look: [] }
  for (const how of ['run', 'look'] as const) {
    for (let press = 0; press < count; press++) {
      const next = await nextNumber(page)
      await waitFor(page, how === 'run' ? `probe.fetched.has('${next}')` : isDrawn(next))
      timesMs[how].push(await timeKey(page, 'j', isRead(next)))
    }
  }
  return { run: spreadOf(timesMs.run), look: spreadOf(timesMs.look) }
}

async function nextNumber(page: Page): Promise<string> {
  return await page.evaluate<string>(`(() => {
    const here = Number(document.querySelector('[data-here="true"]').getAttribute('aria-rowindex'))
    return document.querySelector('[aria-rowindex="' + (here + 1) + '"] [data-number]').dataset.number
  })()`)
}

/** `i` until the row says whose the ticket is, and `e` until it has left the list for the next one. */
export async function timeActions(page: Page, count: number): Promise<{ take: Spread; close: Spread }> {
  const takesMs: number[] = []
  const closesMs: number[] = []
  for (let ticket = 0; ticket < count; ticket++) {
    const number = await markedNumber(page)
    await waitFor(page, isRead(number))
    const row = `document.querySelector('[data-here="true"]')?.textContent.includes('assigned to Boris')`
    if (!(await page.evaluate(row))) takesMs.push(await timeKey(page, 'i', row))
    closesMs.push(await timeKey(page, 'e', `(${MARKED} ?? '${number}') !== '${number}'`))
  }
  return { take: spreadOf(takesMs), close: spreadOf(closesMs) }
}

/** The palette: until its entries are there, and what Event Timing tells of the letters typed into it. */
export async function timePalette(
  page: Page,
  count: number,
): Promise<{ palette: Spread; paletteTyping: Spread }> {
  const options = `document.querySelector('[role="dialog"] [role="option"]')`
  const timesMs: number[] = []
  const typingMs: number[] = []
  for (let time = 0; time < count; time++) {
    timesMs.push(await timeKey(page, 'Control+k', `${options} !== null`))
    await takeInteractions(page)
    await page.keyboard.type('close', { delay: 60 })
    typingMs.push(...(await takeInteractions(page)))
    await page.keyboard.press('Escape')
    await waitFor(page, `${options} === null`)
  }
  return { palette: spreadOf(timesMs), paletteTyping: spreadOf(typingMs) }
}

/** Works through so many tickets by keys as an agent does. @returns every interaction of it */
export async function triage(page: Page, count: number): Promise<number[]> {
  await takeInteractions(page)
  const interactionsMs: number[] = []
  for (let ticket = 0; ticket < count; ticket++) {
    const number = await markedNumber(page)
    await waitFor(page, isRead(number))
    await triageOne(page, ticket)
    await waitFor(page, `(${MARKED} ?? '${number}') !== '${number}'`)
    interactionsMs.push(...(await takeInteractions(page)))
  }
  return interactionsMs
}

// Taken and closed; a note first; tagged and put away; a priority and on to the next.
async function triageOne(page: Page, at: number): Promise<void> {
  const press = (...keys: string[]) =>
    keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve())
  if (at % 4 === 0) await press('i', 'e')
  else if (at % 4 === 1) {
    await press('n')
    await page.getByRole('textbox', { name: 'Write a note for your team' }).waitFor()
    await page.keyboard.type('Called back, all is well.', { delay: 20 })
    await press('Control+Enter')
    await page.getByRole('feed').getByText('Called back, all is well.').last().waitFor()
    await waitFor(page, `document.activeElement?.isContentEditable !== true`)
    await press('e')
  } else if (at % 4 === 2) {
    await press('t')
    await page.getByRole('combobox', { name: 'Tags' }).waitFor()
    await page.keyboard.type('ref', { delay: 20 })
    await page.getByRole('option', { name: 'refund' }).waitFor()
    await press('Enter', 'Escape', 'e')
  } else {
    await press('p')
    await page.getByRole('option', { name: 'High' }).waitFor()
    await page.keyboard.type('high', { delay: 20 })
    await press('Enter', 'j')
  }
}

/** Scrolls a long list for five seconds. @returns how many rows passed, and how many tasks took longer than 50 ms */
export async function scrollFar(page: Page, address: string): Promise<{ rows: number; longTasks: number }> {
  await page.goto(address)
  await page.getByRole('row').first().waitFor()
  await page.mouse.move(400, 400)
  await takeLongTasks(page)
  const untilMs = performance.now() + 5_000
  while (performance.now() < untilMs) {
    await page.mouse.wheel(0, 600)
    // time passes: a wheel that is turned for five seconds
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const rows = Number(
    await page.evaluate<string>(
      `[...document.querySelectorAll('[role="row"]')].at(-1).getAttribute('aria-rowindex')`,
    ),
  )
  return { rows, longTasks: (await takeLongTasks(page)).length }
}
