import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { createSavedReply } from '../../src/shared/saved-replies.ts'
import { listTickets, sendReply, writeNote } from '../../src/shared/tickets.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

/** A practice ticket, opened from All; each test takes another, so that none waits for another's undo. */
async function openTicket(customer: string): Promise<Page> {
  const page = await desk.open('/queue/all')
  await page.getByRole('row').filter({ hasText: customer }).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  await page.waitForURL(/\/queue\/all\/\d+$/)
  return page
}

describe('an agent works by keys alone', () => {
  test('moves, opens, notes, takes, tags and closes a ticket', async () => {
    const page = await desk.open('/queue/unassigned')
    await page.getByRole('row').filter({ hasText: 'Emma Clarke' }).waitFor()
    const subject = page.getByRole('heading', { level: 1, name: /export stops/ })

    for (let moves = 0; moves < 10 && !(await subject.isVisible()); moves += 1) {
      await page.keyboard.press('j')
      if (moves === 0) await page.keyboard.press('Enter')
      // The ticket before stays in sight until the marked one is drawn.
      const marked = await page.locator('[data-here="true"] [data-number]').getAttribute('data-number')
      await page
        .getByRole('region', { name: `Ticket ${marked}`, exact: true })
        .getByRole('feed')
        .waitFor()
    }
    await page.keyboard.press('n')
    await page.keyboard.type('Second report today')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Second report today').first().waitFor()
    await page.keyboard.press('t')
    await page.keyboard.type('export')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Remove export' }).waitFor()
    await page.keyboard.press('i')
    await page.getByRole('feed').getByText('Ada Owner took it').waitFor()
    await page.keyboard.press('e')

    await page
      .getByText(/closed/)
      .first()
      .waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('x')
    const row = page.getByRole('row').filter({ hasText: 'Emma Clarke' })
    await row.waitFor()
    expect(page.url()).toContain('/queue/closed')
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.waitForURL('**/queue/all')
    await row.getByTitle('Closed').waitFor() // which is not to be told from an open one else
  })

  test('takes a reply back by z and finds the words in the composer again', async () => {
    const page = await openTicket('Jan Nowak')

    await page.keyboard.press('r')
    await page.keyboard.type('Oto duplikat.')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Sent to Jan Nowak/).waitFor()
    await page.keyboard.press('z')

    await page.getByRole('feed').getByText('Taken back before it left').waitFor()
    expect(await composedText(page.getByRole('textbox', { name: 'Write your reply' }))).toBe('Oto duplikat.')
  })

  test('finds what it wants to do in the palette, and is back where it was when it leaves it', async () => {
    const page = await openTicket('Marta Wiśniewska')

    await page.keyboard.press('Control+k')
    await page.keyboard.type('@ada')
    await page.getByRole('option', { name: /^Assign #\d+ to Ada Owner/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('feed').getByText('Ada Owner took it').waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('repl')
    await page.keyboard.press('Enter')
    const reply = page.getByRole('textbox', { name: 'Write your reply' })
    await reply.fill('Tak.')
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await expect.poll(() => reply.evaluate(field => field.matches(':focus'))).toBe(true)
    // The ticket is another test's as well; and over chosen text the same keys would make a link.
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Backspace')
    await expect.poll(() => composedText(reply)).toBe('')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('settings mail')
    await page.getByRole('option', { name: /^Mailboxes/ }).waitFor()
    await page.keyboard.press('Enter')

    await page.waitForURL('**/settings/mailboxes')
  })

  test('on a Cyrillic layout the same keys act, and no letter is lost while writing', async () => {
    const page = await openTicket('Ивана Петрова')

    // Playwright has no Cyrillic keyboard: the event is what Chromium gives on ЙЦУКЕН.
    await page.evaluate(`document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'т', code: 'KeyN', bubbles: true, cancelable: true }))`)
    const text = page.getByRole('textbox', { name: 'Write a note for your team' })
    await text.waitFor()
    await page.keyboard.type('виж лога, втори случай днес')

    expect(await composedText(text)).toBe('виж лога, втори случай днес')
  })
})

test('a choice within the palette says where it is, by mouse and by keys, and Backspace leads back', async () => {
  const page = await openTicket('Сергей Козлов')
  const field = page.getByRole('dialog').getByRole('combobox')
  const assign = page.getByRole('option', { name: /^Assign…/ })
  const here = page.getByRole('status').filter({ hasText: /#\d+\s*Assign…/ })

  await page.keyboard.press('Control+k')
  await page.keyboard.type('assign')
  await assign.click()
  await here.waitFor()
  await page.keyboard.type('x')
  await page.keyboard.press('Backspace')
  const staysWhileTyped = await here.isVisible()
  await page.keyboard.press('Backspace')
  await here.waitFor({ state: 'detached' })
  const typed = await field.inputValue()
  await assign.waitFor()
  await page.keyboard.press('Enter')
  await here.waitFor()
  await page.keyboard.type('ada')
  await page.getByRole('option', { name: /^Assign #\d+ to Ada Owner/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('feed').getByText('Ada Owner took it').waitFor()

  expect([staysWhileTyped, typed]).toEqual([true, 'assign'])
})

test('an agent selects tickets by keys, snoozes them all by a phrase, and takes it back', async () => {
  const page = await desk.open('/queue/all')
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).waitFor()
  const snoozed = page.getByRole('link', { name: /^Snoozed/ }).first()

  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('Shift+J')
  await page.getByRole('toolbar').getByText('2 tickets selected').waitFor()
  await page.keyboard.press('b')
  await page.keyboard.type('след 3 дни')
  await page.keyboard.press('Enter')
  await page.getByText('2 tickets: snoozed').waitFor()
  await expect.poll(() => snoozed.textContent()).toBe('Snoozed2')
  await page.keyboard.press('z')

  await expect.poll(() => snoozed.textContent()).toBe('Snoozed')
  await page.close()
})

test('what another agent does is on the screen without a reload', async () => {
  const page = await openTicket('Сергей')
  const number = Number(page.url().split('/').at(-1))
  const other = await desk.product.owner()

  await other.call(sendReply, { params: { number }, body: { text: 'Заказ уже в пути.' } })

  await page.getByRole('feed').getByText('Заказ уже в пути.').waitFor({ timeout: 3000 })
})

test('what happens between the reading of a page and its live feed is on the screen too', async () => {
  const other = await desk.product.owner()
  const [row] = (await other.call(listTickets, { query: { queue: 'all' } })).data
  const params = { number: row?.number ?? 0 }
  const visitor = await desk.browser.newAgent(other)
  const page = await visitor.newPage()
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/api\/v1\/events/, async route => {
    await isReleased
    await route.continue()
  })
  await page.goto(`${desk.baseUrl}/queue/all/${params.number}`)
  await page.getByRole('feed').waitFor()

  await other.call(writeNote, { params, body: { text: 'Written while nobody listened.' } })
  release()

  await page.getByRole('feed').getByText('Written while nobody listened.').waitFor({ timeout: 5000 })
  await visitor.close()
})

test('an agent on a phone sees one pane at a time and finds back; the head of a ticket is in lines, and makes room for a reply', async () => {
  const page = await desk.open('/queue/all', { viewport: { width: 390, height: 844 }, hasTouch: true })
  const list = page.getByRole('grid', { name: 'Tickets' })
  await page.getByRole('row').filter({ hasText: 'Marta' }).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  const isListGone = await list.isHidden()
  const head = page.locator('#ticket header').filter({ visible: true })
  const topOf = async (part: string) => (await head.locator(part).boundingBox())?.y
  const first = await Promise.all(
    ['[data-tool=state]', '[data-tool=assign]', '[aria-haspopup=menu]'].map(topOf),
  )
  const second = await Promise.all(['[data-tool=priority]', '[data-tool=tags]'].map(topOf))
  expect([new Set(first).size, new Set(second).size, first[0] === second[0]]).toEqual([1, 1, false])
  await page.keyboard.press('r')
  await page.locator('#composer:focus').waitFor()
  await head.locator('[data-tool=state]').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Discard what is written' }).click()
  await head.locator('[data-tool=state]').waitFor()

  await page.getByRole('button', { name: 'Back to the list' }).click()

  await list.waitFor()
  expect(isListGone).toBe(true)
})

test('an agent reads one ticket at a time, walks on beside it, and has the list as a table', async () => {
  const page = await desk.open('/queue/all', { viewport: { width: 1440, height: 800 } })
  const list = page.getByRole('grid', { name: 'Tickets' })
  await list.waitFor()

  await page.keyboard.press('Control+\\')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('feed').waitFor()
  const strip = page.getByRole('navigation', { name: 'Tickets' })
  const first = await strip.getByText(/ of \d+$/).textContent()
  const isListGone = await list.isHidden()
  await strip.getByRole('button', { name: 'Next ticket' }).click()
  await strip.getByText(/^2 of \d+$/).waitFor()
  await page.keyboard.press('u')
  await page.keyboard.press('Control+\\')
  await list.getByRole('columnheader', { name: 'Customer' }).waitFor()
  await list.getByRole('row').filter({ hasText: 'Jan Nowak' }).getByRole('link').waitFor()

  expect([isListGone, first]).toEqual([true, expect.stringMatching(/^1 of \d+$/)])
  await page.keyboard.press('Control+\\')
  await list.getByRole('columnheader', { name: 'Customer' }).waitFor({ state: 'detached' })
  await page.close()
})

test('a file goes with the reply, and comes back to the composer with it', async () => {
  const page = await openTicket('Emma Clarke')
  await page.keyboard.press('r')
  await page.keyboard.type('The list is attached.')
  const file = { name: 'списък.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b') }
  await page.locator('input[type=file]:not([accept])').setInputFiles(file)
  await page.getByRole('button', { name: 'Remove списък.csv' }).waitFor()
  // Who chooses all files instead of pictures.
  await page.locator('input[type=file][accept]').setInputFiles({ ...file, name: 'b.csv' })
  await page.getByRole('button', { name: 'Remove b.csv' }).waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText(/Sent to Emma Clarke/).waitFor()

  await page.getByRole('button', { name: /^Undo/ }).last().click()

  await page.getByRole('feed').getByText('Taken back before it left').waitFor()
  await page.getByRole('button', { name: 'Remove списък.csv' }).waitFor()
  expect(await page.getByRole('link', { name: /списък\.csv/ }).count()).toBe(1)
})

test('a reply waits until Monday, says so, and goes back into the composer with its file', async () => {
  const page = await openTicket('Сергей')
  await page.keyboard.press('r')
  await page.keyboard.type('Good news comes on Monday.')
  const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('later') }
  await page.locator('input[type=file]:not([accept])').setInputFiles(file)
  await page.getByRole('button', { name: 'Remove plan.txt' }).waitFor()
  await page.getByRole('button', { name: 'Send later' }).click()
  await page.getByRole('combobox', { name: 'Send later' }).press('Escape')
  await page.keyboard.press('Enter') // on the button again
  await page.getByRole('combobox', { name: 'Send later' }).fill('в понедельник в 9')
  await page.getByRole('option', { name: /09:00/ }).click()
  await page.getByText(/Goes out .*09:00, unless the customer writes first/).waitFor()

  await page.getByRole('button', { name: 'Back to draft' }).click()

  await page.getByRole('feed').getByText('Taken back before it left').waitFor()
  await page.getByRole('button', { name: 'Remove plan.txt' }).waitFor()
  const composer = page.getByRole('textbox', { name: 'Write your reply' })
  expect(await composedText(composer)).toBe('Good news comes on Monday.')
})

test('a draft survives a reload', async () => {
  const page = await openTicket('Marta')
  const words = () => composedText(page.getByRole('textbox', { name: 'Write your reply' }))
  await page.keyboard.press('r')
  await page.locator('#composer:focus').waitFor() // the browser under test types ń as no keyboard does
  await page.keyboard.type('Dzień dobry')
  await expect.poll(words).toBe('Dzień dobry')

  await page.reload()

  await page.getByRole('textbox', { name: 'Write your reply' }).waitFor()
  expect(await words()).toBe('Dzień dobry')
})

test('an agent gives a command another key, which acts and is shown; the palette takes what is selected, replies and customers', async () => {
  const texts = [{ language: 'en' as const, body: 'All the best from Ada.' }]
  const saved = { scope: 'mine' as const, mailboxId: null, name: 'Farewell', folder: '', texts }
  await desk.owner.call(createSavedReply, { body: saved })
  const page = await desk.open('/settings/shortcuts')
  await page.getByRole('button', { name: 'Change: Keyboard shortcuts' }).click()
  await page.keyboard.press('r')
  await page.getByText('They are used by: Reply.').waitFor()
  await page.keyboard.press('Backspace')
  await page.keyboard.press('w')
  const isSaved = page.waitForResponse(answer => answer.url().endsWith('/me') && answer.ok())
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Take w away from “Keyboard shortcuts”' }).waitFor()
  await isSaved

  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).waitFor()
  await page.keyboard.press('w')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.getByRole('searchbox').fill('keyboard')
  await sheet.locator('kbd').first().waitFor()
  expect(await sheet.locator('kbd').allTextContents()).toEqual(['w'])
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
  const choose = async (typed: string, option: RegExp) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(typed)
    await page.getByRole('option', { name: option }).first().waitFor()
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('Shift+J')
  await page.getByRole('toolbar').getByText('2 tickets selected').waitFor()
  await choose('follow', /^2 tickets: Follow/)
  await page.getByText(/^2 tickets: you (?:no longer )?follow them/).waitFor()
  await page.getByRole('row').filter({ hasText: 'Jan Nowak' }).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  await choose('farewell', /^Farewell/)
  const reply = page.getByRole('textbox', { name: 'Write your reply' })
  await reply.waitFor()
  await expect.poll(() => composedText(reply)).toContain('All the best from Ada.')
  await choose('@emma', /^Emma Clarke/)

  await page.waitForURL(/\/search\?q=from/)
  await page
    .getByRole('link', { name: /export stops/ })
    .first()
    .click()
  await page.getByRole('feed').waitFor()
  // What is open is in no list here, and can be given what others can.
  await choose('move billing', /^Move #\d+ to Billing/)
  await page
    .getByText(/moved to Billing/)
    .first()
    .waitFor()
  await page.goto(`${desk.baseUrl}/nowhere`)
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  await page.close()
})
