import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { getMessageHtml } from '../../src/shared/tickets.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { HostileDesk } from './hostile-desk.ts'
import { hostileHtml, TRAPS } from './hostile-html.ts'
import { insertEach, leftIn, paintsOutside } from './page-scripts.ts'
import { desk } from './the-desk.ts'
import { openTrappedBrowser, type TrappedBrowser } from './trapped-browser.ts'

const MAILS = 5
let trapped: TrappedBrowser
beforeAll(async () => {
  trapped = await openTrappedBrowser(desk().owner)
}, 60_000)
afterAll(async () => await trapped?.close())

describe('a mail on the screen', () => {
  test('no vector runs, asks anybody or reads otherwise in a page that would let it', async () => {
    const cleaned = hostileHtml().map(vector => ({ vector, clean: cleanHtml(vector) ?? '' }))
    await trapped.page.goto('about:blank')

    const faults = await trapped.page.evaluate(insertEach(cleaned))

    expect(cleaned.length).toBeGreaterThanOrEqual(500)
    expect(faults).toEqual([])
    expect(trapped.ran).toEqual([])
    expect(trapped.asked).toEqual([])
  })

  test('the trap works: what is not cleaned runs there and asks', async () => {
    const visitor = await trapped.visitor.newPage()
    await visitor.goto('about:blank')

    await visitor.setContent('<img src=x onerror=hit()><img src="http://evil.test/beacon">')
    await waitUntil('both are seen', () => (trapped.ran.length > 0 && trapped.asked.length > 0) || undefined)
    await visitor.close()

    trapped.ran.length = 0
    trapped.asked.length = 0
  })

  test('no vector runs or asks anybody in the inbox, and the page stays its own', async () => {
    const vectors = hostileHtml()
    const numbers: number[] = []
    for (let at = 0; at < MAILS; at++) {
      const some = vectors.filter((_, index) => index % MAILS === at)
      const subject = `vectors ${String(at).padStart(2, '0')}`
      await desk().deliver(htmlMail(subject, `<p>begin</p>${some.join('<hr>\n')}`))
    }
    for (let at = 0; at < MAILS; at++) {
      numbers.push((await desk().ticketOf(`vectors ${String(at).padStart(2, '0')}`)).number)
    }

    const faults: string[] = []
    for (const number of numbers) faults.push(...(await openTicket(trapped, desk(), number)))

    expect(faults).toEqual([])
    expect(trapped.ran).toEqual([])
    expect(trapped.asked).toEqual([])
  }, 60_000)

  test('nothing of it lies over the page: a click on the composer meets the composer', async () => {
    await desk().deliver(htmlMail('overlay', TRAPS.join('')))
    const { number } = await desk().ticketOf('overlay')

    const faults = await openTicket(trapped, desk(), number)
    const isOutside = await trapped.page.evaluate(paintsOutside)

    expect(faults).toEqual([])
    expect(isOutside).toBe(false)
  }, 60_000)

  test('of 30,000 lines it ends, and can be read to the last', async () => {
    await desk().deliver(htmlMail('many lines', `<p>begin</p>${'<br>\n'.repeat(30_000)}<p>the last line</p>`))
    const { number } = await desk().ticketOf('many lines')
    await trapped.page.goto(`${desk().product.baseUrl}/queue/all/${number}`)

    await trapped.page.frameLocator('article iframe').getByText('the last line').scrollIntoViewIfNeeded()

    const frame = await trapped.page.locator('article iframe').boundingBox()
    expect(frame?.height).toBe(75_000)
  }, 60_000)

  test('opened by its own address it is as locked in', async () => {
    const ticket = await desk().ticketOf('vectors 00')
    const [message] = ticket.messages
    const answer = await desk().owner.fetch(getMessageHtml, { params: { id: message?.id ?? 0 } })

    await trapped.page.goto(`${desk().product.baseUrl}/api/v1/messages/${message?.id}/html`)

    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox(?!.*allow-scripts)/)
    expect(trapped.ran).toEqual([])
    expect(trapped.asked).toEqual([])
  })

  test('names, subjects and file names are text on every surface', async () => {
    const markup = '"><img src=x onerror=hit()><script>hit()</script>{{7*7}}'
    await desk().deliver(surfaceMail(markup))
    const { number } = await desk().ticketOf('"><img')

    for (const path of ['/queue/all', `/queue/all/${number}`, '/settings/quarantine', '/settings/practice']) {
      await trapped.page.goto(desk().product.baseUrl + path)
      await trapped.page.waitForLoadState('networkidle')
    }
    await trapped.page.goto(`${desk().product.baseUrl}/queue/all/${number}`)
    await trapped.page.getByText('{{7*7}}').first().waitFor()
    const body = await trapped.page.locator('body').innerText()

    expect(body).toContain('<script>hit()</script>{{7*7}}')
    for (const hidden of ['\u202e', '\u0000', '\u001b']) expect(body).not.toContain(hidden)
    expect(await trapped.page.locator('img[src="x"]').count()).toBe(0)
    expect(trapped.ran).toEqual([])
    expect(trapped.asked).toEqual([])
  })
})

function htmlMail(subject: string, html: string): Buffer {
  const head = rawMail({ subject, text: '' }).toString('latin1')
  const changed = head.replace('Content-Type: text/plain', 'Content-Type: text/html')
  return Buffer.concat([Buffer.from(changed, 'latin1'), Buffer.from(html.replaceAll('\n', '\r\n'))])
}

/** Markup, a bidi override, NUL and an escape in the name, the subject and a file's name. */
function surfaceMail(markup: string): string {
  const word = (text: string) => `=?utf-8?b?${Buffer.from(text).toString('base64')}?=`
  const turned = `${markup}\u202egnp.exe\u0000\u001b[31m`
  return [
    `From: ${word(turned)} <surface@customer.test>`,
    'To: support@desk.test',
    `Subject: ${word(turned)}`,
    'Message-ID: <surface@customer.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    markup,
    '--b',
    'Content-Type: image/png',
    `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(`../../${turned}.png`)}`,
    '',
    '<script>hit()</script>',
    '--b--',
    '',
  ].join('\r\n')
}

async function openTicket(trapped: TrappedBrowser, desk: HostileDesk, number: number): Promise<string[]> {
  const { page } = trapped
  await page.goto(`${desk.product.baseUrl}/queue/all/${number}`)
  const frame = page.frameLocator('article iframe').first()
  await frame.locator('body > *').first().waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  const left = await page.evaluate<string[]>(leftIn('article iframe'))
  const sandbox = await page.locator('article iframe').first().getAttribute('sandbox')
  if (sandbox?.includes('allow-scripts') !== false) left.push(`sandbox ${sandbox}`)
  if (!page.url().startsWith(desk.product.baseUrl)) left.push(`went to ${page.url()}`)
  return left
}
