import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inviteAgent } from '../../src/shared/agents.ts'
import { listMailboxes } from '../../src/shared/mailboxes.ts'
import { useLink } from '../../src/shared/session.ts'
import { getTicket, sendReply } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { composedText } from '../support/composed-text.ts'
import { practiceDesk } from '../support/practice-desk.ts'

const desk = practiceDesk()

/** A ticket open in the browser, with a reply begun. */
async function beginReply(number: number, text: string): Promise<Page> {
  const page = await desk.open(`/queue/all/${number}`)
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).fill(text)
  return page
}

/** Another agent, invited by link and joined, with every mailbox. */
async function addColleague(name: string): Promise<ApiClient> {
  const { data } = await desk.owner.call(listMailboxes)
  const { link } = await desk.owner.call(inviteAgent, {
    body: {
      email: `${name.toLowerCase()}@desk.test`,
      name,
      role: 'agent',
      language: 'en',
      mailboxIds: data.map(mailbox => mailbox.id),
      sendMail: false,
    },
  })
  const client = desk.product.client()
  await client.call(useLink, {
    params: { token: link.split('/').at(-1) ?? '' },
    body: { password: 'a long enough password' },
  })
  return client
}

const ours = async (number: number) => {
  const { messages } = await desk.owner.call(getTicket, { params: { number } })
  return messages.filter(message => message.authorId !== null).map(message => message.text)
}

test('colleagues see in the head and in the list who answers a ticket, and no more once the tab is closed', async () => {
  const number = desk.rows[0]?.number ?? 0
  const colleague = await addColleague('Wanda')
  const visitor = await desk.browser.newAgent(colleague)
  const watching = await visitor.newPage()
  await watching.goto(`${desk.baseUrl}/queue/all/${number}`)
  await watching.getByRole('feed').waitFor()

  const page = await beginReply(number, 'On it')
  const head = watching.getByRole('status').filter({ hasText: 'is replying' })
  await head.waitFor()
  const row = watching.getByRole('row', { selected: true }).getByText('is replying')
  await row.waitFor({ state: 'attached' })
  await page.close()

  await head.waitFor({ state: 'detached' })
  await row.waitFor({ state: 'detached' })
  await visitor.close()
})

test('a colleague who was faster is shown, the text stays, and sending anyway is a choice', async () => {
  const number = desk.rows[0]?.number ?? 0
  const colleague = await addColleague('Boris')
  const page = await beginReply(number, 'My own answer')

  await colleague.call(sendReply, { params: { number }, body: { text: 'Boris was faster' } })
  const strip = page.getByRole('alert').filter({ hasText: 'Boris replied' })
  await strip.waitFor()
  await page.keyboard.press('Control+Enter')
  const isOnStrip = await strip
    .getByRole('button', { name: 'Show' })
    .evaluate(button => button.matches(':focus'))
  const sentBefore = await ours(number)
  await strip.getByRole('button', { name: 'Send anyway' }).click()
  await page.getByText(/Sent to/).waitFor()

  expect(isOnStrip).toBe(true)
  expect(sentBefore).toHaveLength(1)
  expect(await ours(number)).toHaveLength(2)
  await page.context().close()
})

test('a page that has not heard of it is told by the server, and loses no word', async () => {
  const number = desk.rows[1]?.number ?? 0
  const colleague = await addColleague('Vera')
  const page = await beginReply(number, 'Written in the dark')
  await page.route('**/api/v1/tickets/*', route =>
    route.request().method() === 'GET' ? route.abort() : route.continue(),
  )

  await colleague.call(sendReply, { params: { number }, body: { text: 'Vera was faster' } })
  const refused = page.waitForResponse(answer => answer.status() === 409)
  await page.keyboard.press('Control+Enter')
  await refused
  await page.unroute('**/api/v1/tickets/*')

  const text = page.getByRole('textbox', { name: 'Write your reply' })
  expect(await composedText(text)).toBe('Written in the dark')
  expect(await ours(number)).toHaveLength(1)
  await page.context().close()
})

test('an answer that was lost on the way is not sent twice by trying again', async () => {
  const number = desk.rows[2]?.number ?? 0
  const page = await beginReply(number, 'Once is enough')
  let isLost = false
  await page.route('**/replies', async route => {
    if (isLost) return await route.continue()
    isLost = true
    await route.fetch()
    await route.abort()
  })

  await page.keyboard.press('Control+Enter')
  await page
    .getByText(/cannot be reached/)
    .first()
    .waitFor()
  await page.reload()
  const text = page.getByRole('textbox', { name: 'Write your reply' })
  await text.waitFor()
  await text.focus()
  await page.keyboard.press('Control+Enter')
  await page.getByText(/Sent to/).waitFor()

  expect(await ours(number)).toEqual([expect.stringContaining('Once is enough')])
  await page.context().close()
})

test('a reply taken back and sent again with the same words does leave', async () => {
  const number = desk.rows[3]?.number ?? 0
  const page = await beginReply(number, 'Twice the same words')

  await page.keyboard.press('Control+Enter')
  await page.getByText(/Sent to/).waitFor()
  await page.keyboard.press('z')
  const text = page.getByRole('textbox', { name: 'Write your reply' })
  await text.waitFor()
  await text.focus()
  await page.keyboard.press('Control+Enter')
  await page.getByText(/Sent to/).waitFor()

  const { messages } = await desk.owner.call(getTicket, { params: { number } })
  const states = messages.flatMap(message => (message.authorId === null ? [] : message.delivery?.state))
  expect(states).toEqual(['cancelled', expect.stringMatching(/held|sending|accepted/)])
  await page.context().close()
})
