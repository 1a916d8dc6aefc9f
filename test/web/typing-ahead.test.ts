import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()

// Holds an `e` (close), an `i` (take) and a `j` (next): any of them would change what the agent sees.
const LETTER = 'Hi Emma, just reset it. Thanks!'

async function visit(): Promise<{ visitor: BrowserContext; page: Page }> {
  const visitor = await desk.browser.newAgent(desk.owner)
  return { visitor, page: await visitor.newPage() }
}

/** The numbers of the tickets as the list shows them, from the top. */
async function shown(page: Page): Promise<string[]> {
  await page.getByRole('row').first().waitFor()
  const links = await page.getByRole('row').getByRole('link').all()
  return await Promise.all(links.map(async link => (await link.getAttribute('data-number')) ?? ''))
}

/** Opens the first ticket of the list and answers with the number of the second. */
async function openFirst(page: Page): Promise<string | undefined> {
  await page.goto(`${desk.baseUrl}/queue/all`)
  const [first, second] = await shown(page)
  await page.goto(`${desk.baseUrl}/queue/all/${first}`)
  await page.getByRole('feed').waitFor()
  await page.getByRole('row').first().waitFor()
  return second
}

/** Lets no ticket through before `release` is called. */
async function holdTickets(page: Page): Promise<{ release: () => void }> {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/api\/v1\/tickets\/\d+$/, async route => {
    await isReleased
    await route.continue()
  })
  return { release }
}

/** The list, whose tickets do not come before they are released. */
async function visitHeld() {
  const { visitor, page } = await visit()
  const held = await holdTickets(page)
  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').first().waitFor()
  return { visitor, page, held }
}

const states = async () => {
  const tickets = desk.rows.map(row => desk.owner.call(getTicket, { params: { number: row.number } }))
  return (await Promise.all(tickets)).map(({ number, state, assigneeId }) => [number, state, assigneeId])
}

describe('letters typed before their field is there reach it and act on nothing', () => {
  test('after r in the list, while the ticket is loading', async () => {
    const before = await states()
    const { visitor, page, held } = await visitHeld()

    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.keyboard.type(`${LETTER}x`)
    await page.keyboard.press('Backspace')
    held.release()

    const text = page.getByRole('textbox', { name: 'Write your reply' })
    await text.waitFor()
    await waitUntil('the words', async () => (await composedText(text)) === LETTER || undefined)
    await page.keyboard.type(' Ada')
    expect(await composedText(text)).toBe(`${LETTER} Ada`)
    expect(await states()).toEqual(before)
    await visitor.close()
  })

  test('with the keys that send it, while the ticket is loading', async () => {
    const { visitor, page, held } = await visitHeld()

    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.keyboard.type(LETTER)
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('too late')
    held.release()

    await page.getByText(/^Sent to /).waitFor()
    await page.keyboard.press('z')
    await page.getByRole('feed').getByText('Taken back before it left').waitFor()
    const text = page.getByRole('textbox', { name: 'Write your reply' })
    await waitUntil('the words', async () => (await composedText(text)) === LETTER || undefined)
    await page.getByRole('button', { name: 'Discard what is written' }).click()
    await visitor.close()
  })

  test('after n in a ticket that is still loading, and into the ticket that j opened', async () => {
    const before = await states()
    const { visitor, page } = await visit()
    const next = await openFirst(page)
    const held = await holdTickets(page)

    await page.keyboard.press('j')
    await page.keyboard.press('n')
    await page.keyboard.type(LETTER)
    held.release()

    const text = page.getByRole('textbox', { name: 'Write a note for your team' })
    await text.waitFor()
    await waitUntil('the words', async () => (await composedText(text)) === LETTER || undefined)
    await page.waitForURL(`**/queue/all/${next}`)
    expect(await states()).toEqual(before)
    await visitor.close()
  })

  test('after r on a slow machine', { timeout: 60_000 }, async () => {
    const before = await states()
    const { visitor, page } = await visit()
    const next = await openFirst(page)
    const machine = await visitor.newCDPSession(page)
    await machine.send('Emulation.setCPUThrottlingRate', { rate: 4 })

    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.keyboard.type(LETTER)

    const text = page.getByRole('textbox', { name: 'Write your reply' })
    await text.waitFor()
    await waitUntil('the words', async () => (await composedText(text)) === LETTER || undefined)
    await page.waitForURL(`**/queue/all/${next}`)
    expect(await states()).toEqual(before)
    await visitor.close()
  })

  test('Esc gives up, and the keys are commands again', async () => {
    const { visitor, page, held } = await visitHeld()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    await page.keyboard.type('me')

    await page.keyboard.press('Escape')
    held.release()
    await page.keyboard.press('?')

    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/queue/all')
    await visitor.close()
  })
})

test('keys pressed while the next ticket follows are about that ticket, and one that has nothing to open holds back no other', async () => {
  const number = desk.rows.at(-1)?.number ?? 0
  const { visitor, page } = await visit()
  const next = await openFirst(page)

  await page.keyboard.press('j')
  await page.keyboard.press('Shift+X')
  const split = page.getByRole('dialog', { name: 'Messages that become a ticket' })
  await split.getByRole('checkbox', { checked: false }).first().waitFor()
  await page.keyboard.press('Space')
  await split.getByRole('checkbox', { checked: true }).waitFor()
  const splits = new URL(page.url()).pathname
  await page.keyboard.press('Escape')
  await split.waitFor({ state: 'detached' })
  await page.keyboard.press('u')
  await page.keyboard.press('f')
  await page.getByRole('textbox', { name: 'Your words above the message' }).waitFor()
  await page.getByRole('button', { name: 'Discard what is written' }).click()
  await desk.owner.call(updateTicket, { params: { number }, body: { state: 'spam' } })
  await page.goto(`${desk.baseUrl}/queue/spam`)
  await page.getByRole('row').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('b') // spam cannot be snoozed
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('?')

  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  expect(splits).toBe(`/queue/all/${next}`)
  await desk.owner.call(updateTicket, { params: { number }, body: { state: 'open' } })
  await visitor.close()
})

test('the keys that send say what is missing where nothing can be sent', async () => {
  const { visitor, page } = await visit()
  await openFirst(page)
  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).and(page.locator(':focus')).waitFor()

  await page.keyboard.press('Control+Enter')

  await page.getByRole('alert').getByText('Nothing is written yet.').waitFor()
  await visitor.close()
})

test('what is typed after b over selected tickets reaches its field, with the Enter that chooses', async () => {
  const { visitor, page } = await visit()
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
  await visitor.route(/\/snooze-choices-[^/]*\.js$/, async route => {
    await isReleased
    await route.continue()
  })
  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByRole('toolbar').getByText('1 ticket selected').waitFor()

  await page.keyboard.press('b')
  await page.keyboard.type('in 3 days')
  await page.keyboard.press('Enter')
  release()

  await page.getByText('1 ticket: snoozed').waitFor()
  await page.keyboard.press('z')
  await page.getByRole('link', { name: 'Snoozed', exact: true }).waitFor()
  await visitor.close()
})
