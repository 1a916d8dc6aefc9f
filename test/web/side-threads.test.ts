import { expect, test } from 'vitest'
import { saveDraft } from '../../src/shared/drafts.ts'
import { getTicket } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

test('an agent forwards a message, sees with whom it is, and answers the customer apart from it', async () => {
  const number = desk.rows[0]?.number ?? 0
  const page = await desk.open(`/queue/all/${number}`)

  await page.getByRole('button', { name: 'Forward this message' }).first().click()
  await page.getByLabel('To', { exact: true }).fill('sup@parts.test')
  await page.getByRole('textbox', { name: 'Your words above the message' }).fill('Is this under warranty?')
  await page.getByRole('button', { name: /^Forward Ctrl/ }).click()
  await page.getByText('Side thread with sup@parts.test').waitFor()
  await page.keyboard.press('r')
  await page.getByLabel('Cc', { exact: true }).fill('boss@else.test,')
  await page.keyboard.press('Enter')

  await page.getByText('added · external · first time').waitFor()
  await page.getByRole('textbox', { name: 'Write your reply' }).fill('We are asking.')
  expect(await page.getByRole('button', { name: 'Send to 2' }).isEnabled()).toBe(true)
  const { messages, replyDefaults } = await desk.owner.call(getTicket, { params: { number } })
  expect(messages.at(-1)).toMatchObject({
    to: [{ address: 'sup@parts.test' }],
    sideThreadId: messages.at(-1)?.id,
  })
  expect(JSON.stringify(replyDefaults)).not.toContain('parts.test')
})

test('words that answered a message which is elsewhere now can be sent as an answer to the newest', async () => {
  const [number = 0, elsewhere = 0] = desk.rows.slice(1).map(row => row.number)
  const [moved] = (await desk.owner.call(getTicket, { params: { number: elsewhere } })).messages
  const visitor = await desk.browser.newAgent(desk.owner)
  const page = await visitor.newPage()
  const content = {
    mode: 'reply' as const,
    text: 'It is here.',
    to: null,
    cc: null,
    bcc: [],
    uploadIds: [],
    withHistory: false,
    answeredMessageId: moved?.id ?? 0,
    seenEventId: null,
  }
  await desk.owner.call(saveDraft, { params: { number }, body: { content, revision: 0 } })
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  await page.getByText('The message you were answering is no longer in this ticket.').waitFor()
  expect(await page.getByRole('button', { name: /^Send(?! &| later)/ }).isEnabled()).toBe(false)

  await page.getByRole('button', { name: 'Answer the newest message instead' }).click()

  await page.getByRole('button', { name: /^Send(?! &| later)/, disabled: false }).waitFor()
})
