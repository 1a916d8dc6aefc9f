import { expect, test } from 'vitest'
import { listAgents } from '../../src/shared/agents.ts'
import { getMailbox } from '../../src/shared/mailboxes.ts'
import { getPractice, writeAsCustomer } from '../../src/shared/practice.ts'
import { updateMe } from '../../src/shared/session.ts'
import { createTeam } from '../../src/shared/teams.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

test('an agent invited before the mailboxes are known to the page gets them all the same', async () => {
  const visitor = await desk.browser.newAgent(desk.owner)
  const page = await visitor.newPage()
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/api\/v1\/mailboxes$/, async route => {
    await isReleased
    await route.continue()
  })

  await page.goto(`${desk.baseUrl}/settings/agents`)
  await page.getByRole('button', { name: 'Invite an agent' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  release()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Boris Second')
  await dialog.getByRole('textbox', { name: 'Email address' }).fill('boris@desk.test')
  await dialog.getByRole('button', { name: 'Invite an agent' }).click()
  await page.locator('code').waitFor()

  const { data } = await desk.owner.call(listAgents)
  const boris = data.find(agent => agent.email === 'boris@desk.test')
  expect(boris?.mailboxIds).toHaveLength(2)
  await visitor.close()
})

test('a button that copies says why where the browser does not let it', async () => {
  const visitor = await desk.browser.newAgent(desk.owner)
  // As on a page that is neither of HTTPS nor of this machine.
  await visitor.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })')
  const page = await visitor.newPage()
  await page.goto(`${desk.baseUrl}/settings/agents`)
  await page.getByRole('button', { name: 'Invite an agent' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Clara Third')
  await dialog.getByRole('textbox', { name: 'Email address' }).fill('clara@desk.test')
  await dialog.getByRole('button', { name: 'Invite an agent' }).click()

  await page.getByRole('button', { name: 'Copy', exact: true }).click()

  await page.getByText('The browser did not let the page copy.').waitFor()
  expect(await page.getByRole('button', { name: 'Copied' }).count()).toBe(0)
})

test('a link that a mail program has cut says that it is not whole, and nothing of a form', async () => {
  const page = await (await desk.browser.newVisitor()).newPage()

  await page.goto(`${desk.baseUrl}/link/3fQ9`)

  await page.getByText('It is not whole. Open it from the mail once more').waitFor()
  expect(await page.locator('form, input').count()).toBe(0)
})

test('the team chosen for a mailbox has its new mail, and the ticket says whose rule that was', async () => {
  const { address } = await desk.owner.call(getMailbox, { params: { id: 1 } })
  const { id } = await desk.owner.call(createTeam, {
    body: { name: 'First line', memberIds: [], mailboxIds: [1] },
  })
  await desk.owner.call(createTeam, { body: { name: 'Elsewhere', memberIds: [], mailboxIds: [] } })
  const page = await desk.open('/settings/mailboxes/1')
  const picker = page.getByRole('combobox', { name: 'Team of new tickets' })
  await picker.waitFor()
  const before = await picker.inputValue()

  await picker.click()
  const choices = await page.getByRole('option').allTextContents()
  await page.getByRole('option', { name: 'First line' }).click()
  await page.locator('form').filter({ has: picker }).getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { defaultTeamId } = await desk.owner.call(getMailbox, { params: { id: 1 } })
  const [customer] = (await desk.owner.call(getPractice)).customers
  await desk.owner.call(writeAsCustomer, {
    body: {
      customer: customer?.address ?? '',
      answerToUid: null,
      to: address,
      subject: 'A lamp',
      text: 'Hi',
    },
  })

  await page.goto(`${desk.baseUrl}/queue/team-${id}`)
  await page.getByRole('row').filter({ hasText: 'A lamp' }).getByRole('link').click()
  await page.getByText('The mailbox gave it to the team First line').waitFor()
  expect({ before, choices, defaultTeamId }).toEqual({
    before: 'No team',
    choices: ['No team', 'First line'],
    defaultTeamId: id,
  })
})

test('a day of a year far off is found in the calendar by its months and years, by keys alone', async () => {
  const page = await desk.open('/settings/mailboxes/1')
  await page.getByRole('switch', { name: 'This mailbox has opening hours' }).click()
  const opener = page.getByRole('button', { name: 'Days off: choose from a calendar' })
  await opener.press('Enter')
  const calendar = page.getByRole('dialog')
  const heading = (words: RegExp) => calendar.getByRole('button', { name: words })
  const focusedCells = () => calendar.locator('table button:focus').count()

  await heading(/^[A-Z]\w+ \d{4}$/).press('Enter')
  await heading(/^\d{4}$/).press('Enter')
  await calendar.getByRole('button', { name: 'Next ten years' }).press('Enter')
  await calendar.getByRole('button', { name: '2038', exact: true }).press('Enter')
  await expect.poll(focusedCells).toBe(1)
  await page.keyboard.press('ArrowRight') // from January
  await page.keyboard.press('Enter')
  await expect.poll(focusedCells).toBe(1)
  await calendar.getByRole('button', { name: '28 February 2038' }).press('Enter')

  await page.getByText('28/02/2038').waitFor()
  expect(await opener.evaluate(button => button === button.ownerDocument.activeElement)).toBe(true)
})

test('hours and days off are typed and chosen in the agent’s language; what is neither is told in it and keeps the form', async () => {
  // A zone in which it is another day than where the browser is.
  const timeZone = new Date().getUTCHours() < 11 ? 'Pacific/Pago_Pago' : 'Pacific/Kiritimati'
  await desk.owner.call(updateMe, { body: { language: 'pl', timeZone } })
  const page = await desk.open('/settings/mailboxes/1')
  await page.getByRole('switch', { name: 'Ta skrzynka ma godziny pracy' }).click()
  const from = page.getByRole('textbox', { name: 'poniedziałek, od' })
  const form = page.locator('form').filter({ has: from })
  const save = form.getByRole('button', { name: 'Zapisz' })
  const days = form.getByLabel('Dni wolne', { exact: true }).and(form.locator('input'))

  await from.fill('25:00')
  await save.click()
  await form.getByText('Wpisz godzinę, np. 14:30.').waitFor()
  const told = await from.evaluate((input: { validationMessage: string }) => input.validationMessage)
  await from.fill('730')
  await days.fill('31.2.2027')
  await days.press('Enter')
  await form.getByText('„31.2.2027” nie jest datą.').waitFor()
  await days.press('Backspace')
  await days.fill('24.12.2099')
  await days.press('Enter')
  await form.getByRole('button', { name: 'Dni wolne: wybierz z kalendarza' }).press('Enter')
  const today = page.getByRole('dialog').locator('table [aria-current=date]')
  await expect.poll(() => today.evaluate(day => day === day.ownerDocument.activeElement)).toBe(true)
  await page.keyboard.press('ArrowDown') // a week later
  await page.keyboard.press('Enter')
  await form.getByText('24.12.2099').waitFor()
  await save.click()
  await page.getByText('Zapisano').waitFor()

  const { openingHours } = await desk.owner.call(getMailbox, { params: { id: 1 } })
  expect(told).toBe('Wpisz godzinę, np. 14:30.')
  expect(await from.inputValue()).toBe('07:30')
  expect(openingHours?.week[0]).toEqual({ from: '07:30', to: '17:00' })
  expect(openingHours?.holidays).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\d$/), '2099-12-24'])
  await page.goto(`${desk.baseUrl}/settings/teams`)
  await page.locator('main header button').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Zapisz' }).click()
  const name = page.getByRole('dialog').getByRole('textbox').first()
  expect(await name.evaluate((input: { validationMessage: string }) => input.validationMessage)).toBe(
    'Wypełnij to pole.',
  )
})
