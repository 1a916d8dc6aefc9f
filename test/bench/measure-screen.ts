import { ImapFlow } from 'imapflow'
import type { Page } from 'playwright-core'
import type { ApiClient } from '../support/api.ts'
import { openBrowser } from '../support/chromium.ts'
import type { Dovecot } from '../support/dovecot.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import { addProbe } from './page-probe.ts'
import { type Spread, spreadOf } from './percentiles.ts'

/** What is watched: one mailbox, by a second IDLE beside the product's, and the queue its mail comes to. */
type ScreenSetUp = { dovecot: Dovecot; address: string; password: string; deliveries: number; seed: number }

/** A client that hears of new mail when the product does. */
type Listener = { nextExistsMs: () => Promise<number>; close: () => Promise<void> }

const mostPauseMs = 400

/**
 * The time from a mail server's word of a new mail (EXISTS to a client in IDLE, RFC 3501 §7.3.1) to the row of its ticket
 * painted in an agent's list in Chromium, one mail after the other. Both moments are of this machine's clock.
 */
export async function measureScreen(agent: ApiClient, from: ScreenSetUp): Promise<Spread> {
  const listener = await listen(from)
  const browser = await openBrowser()
  try {
    const visitor = await browser.newAgent(agent, { viewport: { width: 1440, height: 900 } })
    await addProbe(visitor)
    const page = await visitor.newPage()
    await page.goto(`${agent.baseUrl}/queue/unassigned`)
    await page.getByRole('button', { name: 'Longest waiting first' }).click()
    await page.getByRole('button', { name: 'Newest first' }).waitFor()
    const random = seededRandom(from.seed)
    const timesMs: number[] = []
    for (let at = 0; at < from.deliveries; at++) {
      // time passes: the next customer writes a moment later, not in step with our rounds
      await new Promise(resolve => setTimeout(resolve, random() * mostPauseMs))
      timesMs.push(await timeOne(page, listener, from, at))
    }
    return spreadOf(timesMs)
  } finally {
    await browser.close()
    await listener.close()
  }
}

async function timeOne(
  page: Page,
  listener: Listener,
  { dovecot, address, seed }: ScreenSetUp,
  at: number,
): Promise<number> {
  const subject = `On the screen ${seed}-${at}`
  const raw = rawMail({
    from: `customer${at}@screen.test`, // a storm of one sender would be one ticket
    subject,
    messageId: `screen-${seed}-${at}@customer.test`,
  })
  const exists = listener.nextExistsMs()
  await page.evaluate(`(() => {
    window.painted = new Promise((resolve, reject) => {
      const look = () => {
        if (!document.body.textContent.includes(${JSON.stringify(subject)})) return
        watcher.disconnect()
        probe.afterPaint(() => resolve(performance.timeOrigin + performance.now()))
      }
      const watcher = new MutationObserver(look)
      watcher.observe(document, { subtree: true, childList: true, characterData: true })
      setTimeout(() => reject(new Error('not on the screen within 30 s')), 30_000)
    })
    window.painted.catch(() => undefined)
  })()`)
  await dovecot.deliver(raw, [address])
  const existsMs = await exists
  return (await page.evaluate<number>('window.painted')) - existsMs
}

async function listen({ dovecot, address, password }: ScreenSetUp): Promise<Listener> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: dovecot.imapsPort,
    secure: true,
    auth: { user: address, pass: password },
    tls: { ca: dovecot.ca, servername: 'localhost' },
    logger: false,
  })
  await client.connect()
  await client.mailboxOpen('INBOX', { readOnly: true })
  const idling = client.idle()
  return {
    nextExistsMs: () =>
      new Promise(resolve => {
        client.once('exists', () => resolve(performance.timeOrigin + performance.now()))
      }),
    close: async () => {
      client.close()
      await idling.catch(() => false)
    },
  }
}
