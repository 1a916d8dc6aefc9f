import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { getTicketCustomer } from '../../src/shared/customers.ts'
import { getTicket, listTickets, sendReply } from '../../src/shared/tickets.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()
let visitor: BrowserContext

beforeAll(async () => {
  visitor = await desk.browser.newAgent(desk.owner)
}, 180_000)

/** The number of a practice customer's ticket, once its mail was filed. */
function numberOf(customer: string): Promise<number> {
  return waitUntil(`the ticket of ${customer}`, async () => {
    const { data } = await desk.owner.call(listTickets, {
      query: { queue: 'all', order: 'newest', limit: 100 },
    })
    return data.find(row => row.customer?.name === customer)?.number
  })
}

async function openTicket(number: number): Promise<Page> {
  const page = await visitor.newPage()
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  await page.getByRole('feed').waitFor()
  return page
}

test('an agent merges two tickets by keys, sees first what happens, and takes it back by z', async () => {
  const [emma, ivana] = [await numberOf('Emma Clarke'), await numberOf('Ивана Петрова')]
  const page = await openTicket(emma)

  await page.keyboard.press('Shift+M')
  await page.keyboard.type(`#${ivana}`)
  await page.keyboard.press('Enter')
  await page.getByText('Joins the ticket: Emma Clarke').waitFor()
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByText(`#${emma} merged into #${ivana}`).waitFor()
  await page.waitForURL(`**/${ivana}`)
  await page.getByText(`Ada Owner merged #${emma} into this ticket`).waitFor()
  const isOne = (await desk.owner.call(getTicket, { params: { number: emma } })).number === ivana
  await page.keyboard.press('z')
  await page.getByText(`#${emma} stands for itself again`).waitFor()

  const apart = await desk.owner.call(getTicket, { params: { number: emma } })
  expect([isOne, apart.number]).toEqual([true, emma])
  await page.close()
})

test('the address of a merged ticket leads to the one that has its messages, with the draft', async () => {
  const [emma, ivana] = [await numberOf('Emma Clarke'), await numberOf('Ивана Петрова')]
  const page = await openTicket(emma)
  await page.keyboard.press('r')
  await page.keyboard.type('half a sentence')
  await page.getByRole('textbox', { name: 'Write your reply' }).getByText('half a sentence').waitFor()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Merge into…' }).click()
  const wanted = page.getByRole('dialog', { name: 'Merge into…' })
  await wanted.getByRole('combobox').fill(`#${ivana}`)
  await wanted
    .getByRole('option', { name: new RegExp(`#${ivana}`) })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.waitForURL(`**/${ivana}`)
  await page.goto(`${desk.baseUrl}/queue/all/${emma}`)
  await page.waitForURL(`**/${ivana}`)

  await page.getByRole('textbox', { name: 'Write your reply' }).waitFor()
  expect(await composedText(page.getByRole('textbox', { name: 'Write your reply' }))).toBe('half a sentence')
  await page.getByRole('feed').getByRole('button', { name: 'Undo' }).first().click()
  await page.getByText(`#${emma} stands for itself again`).waitFor()
  await page.close()
})

test('an agent makes a message a ticket of its own, and takes that back', async () => {
  const marta = await numberOf('Marta Wiśniewska')
  await desk.owner.call(sendReply, { params: { number: marta }, body: { text: 'This belongs elsewhere.' } })
  const page = await openTicket(marta)
  const message = page.getByRole('article').filter({ hasText: 'This belongs elsewhere.' })

  await message.getByRole('button', { name: 'Move this message…' }).click()
  await page.keyboard.press('Enter')
  await page.getByText(/^It is #\d+ now/).waitFor()
  await page.getByText(`Ada Owner made this ticket of a message from #${marta}`).waitFor()
  const isApart = !page.url().endsWith(`/${marta}`)
  await page.keyboard.press('z')
  await page.waitForURL(`**/${marta}`)

  await message.waitFor()
  expect(isApart).toBe(true)
  await page.close()
})

test('an agent makes several messages a ticket of their own by keys, sees first what happens, and takes it back by z', async () => {
  const jan = await numberOf('Jan Nowak')
  const read = () => desk.owner.call(getTicket, { params: { number: jan } })
  for (const text of ['First of the others.', 'Second of the others.']) {
    await desk.owner.call(sendReply, { params: { number: jan }, body: { text } })
  }
  const all = (await read()).messages.length
  const page = await openTicket(jan)
  await page.getByRole('article').filter({ hasText: 'Second of the others.' }).waitFor()

  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Shift+X')
  const dialog = page.getByRole('dialog', { name: 'Messages that become a ticket' })
  await dialog.getByRole('checkbox', { name: 'Ada Owner', checked: true }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  await dialog.getByRole('button', { name: 'Make 2 messages a ticket' }).waitFor()
  await dialog.getByText('Later answers to these messages arrive in the new ticket.').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(`Ada Owner made this ticket of 2 messages from #${jan}`).waitFor()
  const isApart = !page.url().endsWith(`/${jan}`)
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await page.waitForURL(`**/${jan}`)
  await page.getByRole('article').filter({ hasText: 'First of the others.' }).waitFor()

  expect([isApart, (await read()).messages.length]).toEqual([true, all])
  await page.close()
})

test('an agent makes two customers one person from the palette, sees what happens, and takes it back by z', async () => {
  const emma = await numberOf('Emma Clarke')
  const view = () => desk.owner.call(getTicketCustomer, { params: { number: emma } })
  const page = await openTicket(emma)

  await page.keyboard.press('Control+K')
  await page.keyboard.type('merge with another')
  await page.getByRole('option', { name: 'Merge with another person…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two customers who are one person' })
  await dialog.getByRole('combobox').fill('jan.nowak')
  await page.getByRole('option', { name: /Jan Nowak/ }).waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByText('Name afterwards: Emma Clarke.').waitFor()
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByText('Jan Nowak and Emma Clarke are one person now').waitFor()
  const joined = (await view()).customer?.addresses.length
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await page.getByText('Jan Nowak is a person of their own again').waitFor()

  expect([joined, (await view()).customer?.addresses.length]).toEqual([2, 1])
  await page.close()
})

test('what is changed of a customer shows on every other screen, and takes nothing from what is typed there', async () => {
  const sergey = await numberOf('Сергей Козлов')
  const pages = await Promise.all([openTicket(sergey), openTicket(sergey)])
  for (const page of pages) await page.setViewportSize({ width: 1440, height: 900 })
  const [mine, theirs] = pages.map(page => page.getByRole('complementary', { name: 'Customer' }))
  await theirs?.getByLabel('Phone').fill('+48 600')

  await mine?.getByLabel('Note about the customer').fill('Calls back on Friday')
  await mine?.getByLabel('Name', { exact: true }).fill('Sergey Kozlov')
  await mine?.getByLabel('Name', { exact: true }).press('Enter')

  await waitUntil('both on the other screen', async () => {
    const note = await theirs?.getByLabel('Note about the customer').inputValue()
    const name = await theirs?.getByLabel('Name', { exact: true }).inputValue()
    return (note === 'Calls back on Friday' && name === 'Sergey Kozlov') || undefined
  })
  await pages[1]?.getByText('Sergey Kozlov').first().waitFor() // in the list
  expect(await theirs?.getByLabel('Phone').inputValue()).toBe('+48 600')

  // A blank more is no change to be told to others.
  const saves: string[] = []
  pages[0]?.on('request', request => {
    if (request.method() === 'PATCH') saves.push(request.url())
  })
  await mine?.getByLabel('Name', { exact: true }).fill('Sergey Kozlov ')
  await mine?.getByLabel('Name', { exact: true }).press('Enter')
  await waitUntil('the name as it is kept', async () => {
    const name = await mine?.getByLabel('Name', { exact: true }).inputValue()
    return name === 'Sergey Kozlov' || undefined
  })
  expect(saves).toEqual([])

  await pages[0]?.setViewportSize({ width: 1280, height: 800 })
  await mine?.waitFor({ state: 'detached' }) // no room beside what is read
  await pages[0]?.getByRole('button', { name: 'Show or hide the customer' }).click()
  await mine?.waitFor()
})
