import { stat } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { type Agent, inviteAgent } from '../../src/shared/agents.ts'
import { getPractice, writeAsCustomer } from '../../src/shared/practice.ts'
import { getMe, useLink } from '../../src/shared/session.ts'
import { getTicket, sendReply, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { openBrowser } from '../support/chromium.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { practiceTickets } from '../support/practice-tickets.ts'
import { waitUntil } from '../support/wait-until.ts'

// Prints the pictures of docs/screens anew, for the README and docs/screens.md: `npm run picture`. The product itself, with a
// practice mailbox.

const FOLDER = new URL('../../docs/screens/', import.meta.url).pathname
const EMMA = 'emma.clarke@customers.example'
const LIMIT_BYTES = 250 * 1024
const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

await printPictures()

async function printPictures(): Promise<void> {
  const certificates = await makeCertificates()
  const desk = await startLetterdesk({ caFile: certificates.caFile, args: ['--practice'] })
  const browser = await openBrowser()
  try {
    const ada = await desk.owner()
    const boris = await addColleague(desk, ada)
    const number = await talk(ada, boris.client, boris.agent)
    for (const colorScheme of ['light', 'dark'] as const) {
      const open = async (path: string, viewport = DESKTOP) => {
        const visitor = await browser.newAgent(ada, { viewport, colorScheme, reducedMotion: 'reduce' })
        const page = await visitor.newPage()
        await page.goto(desk.baseUrl + path)
        return page
      }
      for (const [name, show] of Object.entries(screensOf(number))) {
        const page = await show(open)
        await page.screenshot({ path: `${FOLDER}${name}-${colorScheme}.png` })
        await page.context().close()
        await tellSize(`${name}-${colorScheme}.png`)
      }
    }
  } finally {
    await browser.close()
    await desk.stop()
    await certificates.remove()
  }
}

async function tellSize(name: string): Promise<void> {
  const { size } = await stat(FOLDER + name)
  process.stdout.write(`${name}: ${Math.round(size / 1024)} KB\n`)
  if (size > LIMIT_BYTES) throw new Error('larger than a page should carry: 250 KB')
}

type Open = (path: string, viewport?: { width: number; height: number }) => Promise<Page>

/** The main screens, each as it is when its picture is taken. */
function screensOf(number: number): Record<string, (open: Open) => Promise<Page>> {
  return {
    inbox: async open => await answerEmma(await open(`/queue/all/${number}`)),
    table: async open => {
      const page = await open('/queue/all')
      await page.getByRole('row').first().waitFor()
      await page.keyboard.press('Control+\\')
      await page.keyboard.press('Control+\\')
      await page.getByRole('columnheader', { name: 'Customer' }).waitFor()
      return page
    },
    palette: async open => {
      const page = await open(`/queue/all/${number}`)
      await page.getByRole('feed').waitFor()
      await page.keyboard.press('Control+k')
      await page.keyboard.type('assign')
      await page.getByRole('dialog').getByRole('option').first().waitFor()
      return page
    },
    search: async open => {
      const page = await open('/search?q=export')
      await page.locator('mark').first().waitFor()
      return page
    },
    mailboxes: async open => {
      const page = await open('/settings/mailboxes')
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('main').getByRole('link').first().waitFor()
      return page
    },
    phone: async open => {
      const page = await open(`/queue/all/${number}`, PHONE)
      await page.getByRole('feed').waitFor()
      return page
    },
  }
}

async function addColleague(desk: Letterdesk, ada: ApiClient): Promise<{ client: ApiClient; agent: Agent }> {
  const { agent, link } = await ada.call(inviteAgent, {
    body: {
      name: 'Boris Ivanov',
      email: 'boris@desk.test',
      role: 'admin',
      language: 'bg',
      mailboxIds: [],
      sendMail: false,
    },
  })
  const client = desk.client()
  const token = new URL(link).pathname.split('/').at(-1) ?? ''
  const me = await client.call(useLink, { params: { token }, body: { password: 'correct horse battery' } })
  client.setCsrfToken(me.csrfToken)
  return { client, agent }
}

/** What has been said and done before the picture is taken. Answers with the number of Emma's ticket. */
async function talk(ada: ApiClient, boris: ApiClient, colleague: Agent): Promise<number> {
  const rows = await practiceTickets(ada)
  const of = (name: string) => rows.find(row => row.customer?.name?.startsWith(name))?.number ?? 0
  const number = of('Emma')
  const emma = { params: { number } }
  const { id } = await ada.call(getMe)
  await ada.call(updateTicket, { ...emma, body: { addTags: ['export', 'csv'], assigneeId: id } })
  await ada.call(sendReply, {
    ...emma,
    body: {
      text: 'Hello Emma,\n\nthere was a limit of 500 rows, and it is gone since this morning. Could you export once more?',
    },
  })
  await answerAsEmma(ada)
  await waitUntil('her answer', async () => {
    const { messages } = await ada.call(getTicket, emma)
    return messages.filter(message => message.direction === 'inbound').length === 2 || undefined
  })
  await boris.call(writeNote, {
    ...emma,
    body: {
      text: 'The time limit of the export is 30 s. I have raised it to 5 min for accounts of this size.',
    },
  })
  await boris.call(updateTicket, {
    params: { number: of('Сергей') },
    body: { assigneeId: colleague.id, addTags: ['delivery'] },
  })
  await boris.call(updateTicket, { params: { number: of('Jan') }, body: { addTags: ['invoice'] } })
  return number
}

async function answerAsEmma(ada: ApiClient): Promise<void> {
  const reply = await waitUntil(
    'the reply on her side',
    async () => {
      const { customers } = await ada.call(getPractice)
      const mails = customers.find(one => one.address === EMMA)?.mails ?? []
      return mails.find(mail => mail.direction === 'to-customer' && mail.text.includes('500 rows'))
    },
    { withinMs: 25_000 },
  )
  const text =
    'Hello Ada,\n\nthank you, now I get 1,900 rows. The last 400 are still missing, and the page says it took too long.\n\nEmma'
  await ada.call(writeAsCustomer, { body: { customer: EMMA, answerToUid: reply.uid, text } })
}

async function answerEmma(page: Page): Promise<Page> {
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type(
    'Hello Emma,\n\nBoris has given your export more time. All 2,300 rows are in it now.\n\nAda',
  )
  await page.getByText('live', { exact: true }).waitFor()
  await page.locator('#composer').getByText('2,300 rows').waitFor()
  return page
}
