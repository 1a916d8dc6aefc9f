import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findDraft } from '../../src/shared/drafts.ts'
import { createSavedReply } from '../../src/shared/saved-replies.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()

const CLICK_GAP = `(() => {
  document.querySelector('#reply-gaps button').click()
  return document.activeElement.isContentEditable
})()`

/** A browser of its own, as another device is, with the ticket open. */
async function openOnDevice(number: number): Promise<{ device: BrowserContext; page: Page }> {
  const device = await desk.browser.newAgent(desk.owner)
  const page = await device.newPage()
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  await page.getByRole('feed').waitFor()
  return { device, page }
}

const composer = (page: Page) => page.getByRole('textbox', { name: 'Write your reply' })
const savedText = async (number: number) =>
  (await desk.owner.call(findDraft, { params: { number } })).draft?.text
const saved = (number: number, text: string) =>
  waitUntil(`the server keeps ${text}`, async () => (await savedText(number)) === text || undefined)

test('words of a tab that was killed are there again, here and on another device', async () => {
  const number = desk.rows[0]?.number ?? 0
  const { device, page } = await openOnDevice(number)
  await page.keyboard.press('r')
  await composer(page).fill('Half a thought')
  await saved(number, 'Half a thought')
  await page.close({ runBeforeUnload: false })

  const again = await device.newPage()
  await again.goto(`${desk.baseUrl}/queue/all/${number}`)
  const elsewhere = await openOnDevice(number)

  await composer(again).waitFor()
  await composer(elsewhere.page).waitFor()
  expect(await composedText(composer(again))).toBe('Half a thought')
  expect(await composedText(composer(elsewhere.page))).toBe('Half a thought')
  await Promise.all([device.close(), elsewhere.device.close()])
})

test('two devices that go on by themselves lose nothing: one is asked which words to keep', async () => {
  const number = desk.rows[1]?.number ?? 0
  const [desktop, phone] = [await openOnDevice(number), await openOnDevice(number)]
  await desktop.page.keyboard.press('r')
  await composer(desktop.page).fill('On the desktop')
  await saved(number, 'On the desktop')

  await phone.page.keyboard.press('r')
  await composer(phone.page).fill('On the phone')
  await phone.page.getByRole('button', { name: 'Take that one' }).waitFor()
  const inPhone = await composedText(composer(phone.page))
  const onServer = await savedText(number)
  await phone.page.getByRole('button', { name: 'Keep this one' }).click()
  await saved(number, 'On the phone')

  expect([inPhone, onServer]).toEqual(['On the phone', 'On the desktop'])
  await Promise.all([desktop.device.close(), phone.device.close()])
})

test('what the server answers of a draft late takes nothing from words that were written and saved meanwhile', async () => {
  const number = desk.rows[3]?.number ?? 0
  const device = await desk.browser.newAgent(desk.owner)
  const page = await device.newPage()
  const [asked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  // Read before the save below, told after it.
  await page.route(
    '**/draft',
    async route => {
      if (route.request().method() !== 'GET') return await route.continue()
      const response = await route.fetch()
      asked.resolve()
      await release.promise
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await asked.promise
  const answered = (method: string) =>
    page.waitForResponse(
      response => response.url().endsWith('/draft') && response.request().method() === method,
    )
  const kept = answered('PUT')
  await composer(page).fill('Written meanwhile')
  await kept

  const readAgain = answered('GET').then(() => answered('GET'))
  release.resolve()
  await readAgain
  await composer(page).pressSequentially(', and on')
  await saved(number, 'Written meanwhile, and on')

  expect(await composedText(composer(page))).toBe('Written meanwhile, and on')
  await device.close()
})

test('a draft that was sent does not come back on another device', async () => {
  const number = desk.rows[2]?.number ?? 0
  const { device, page } = await openOnDevice(number)
  const saves: string[] = []
  page.on('request', request => {
    if (request.method() === 'PUT' && request.url().endsWith('/draft')) saves.push(request.url())
  })
  // A server that takes its time: the pause after which words are saved ends meanwhile.
  await page.clock.install()
  await page.route('**/replies', async route => {
    await page.clock.fastForward(5_000)
    await route.continue()
  })
  await page.keyboard.press('r')
  await composer(page).fill('Sent and')
  await saved(number, 'Sent and')
  await composer(page).fill('Sent and gone')
  saves.length = 0

  await page.keyboard.press('Control+Enter')
  await page.keyboard.press('j') // who is done goes on before the answer is there
  await page.getByText(/Sent to/).waitFor()
  await page.clock.fastForward(5_000)

  expect(saves).toEqual([])
  const elsewhere = await openOnDevice(number)
  await elsewhere.page.getByRole('button', { name: /Reply to .+…/ }).waitFor()
  expect(await savedText(number)).toBeUndefined()
  await Promise.all([device.close(), elsewhere.device.close()])
})

test('a saved reply comes by / and keys alone, in the customer’s name, and a gap holds the reply back', async () => {
  const row = desk.rows[2]
  const texts = [{ language: 'en' as const, body: 'Hello {{customerFirstName}},\nthe parcel is on its way.' }]
  const reply = { scope: 'mine' as const, mailboxId: null, name: 'Parcel', folder: 'Shipping', texts }
  await desk.owner.call(createSavedReply, { body: reply })
  const { device, page } = await openOnDevice(row?.number ?? 0)
  const send = page.getByRole('button', { name: /^Send Ctrl/ })

  await page.keyboard.press('r')
  await composer(page).waitFor()
  await page.keyboard.type('/ship')
  await page.getByText('the parcel is on its way').waitFor()
  await page.keyboard.press('Enter')
  await waitUntil(
    'the words in the reply',
    async () => (await composedText(composer(page))) !== '' || undefined,
  )
  const inserted = await composedText(composer(page))
  await page.keyboard.type(' Yours, {{agentName}}')
  const isHeld = await send.isDisabled()
  await page.getByRole('button', { name: 'your name' }).waitFor()
  const isAtOnce = await page.evaluate(CLICK_GAP) // a letter typed next must fill it
  await page.keyboard.type('Ada')

  expect(inserted).toBe(`Hello ${row?.customer?.name?.split(' ')[0]},\nthe parcel is on its way.`)
  expect([isHeld, isAtOnce]).toEqual([true, true])
  expect(await composedText(composer(page))).toBe(`${inserted} Yours, Ada`)
  expect(await send.isEnabled()).toBe(true)
  await device.close()
})
