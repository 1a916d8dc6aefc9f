import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { TicketRow } from '../../src/shared/tickets.ts'
import type { ApiClient } from './api.ts'
import { makeCertificates } from './certificates.ts'
import { openBrowser, type TestBrowser } from './chromium.ts'
import type { Letterdesk } from './letterdesk.ts'
import { practiceTickets } from './practice-tickets.ts'
import { startProduct } from './product.ts'

type Visit = BrowserContextOptions & { as?: Pick<ApiClient, 'baseUrl' | 'cookie'> }

/** The product with its practice mailboxes, a browser, the owner, and the five tickets there are to begin with. */
export type PracticeDesk = {
  product: Letterdesk
  baseUrl: string
  browser: TestBrowser
  owner: ApiClient
  rows: TicketRow[]
  /** A page of a fresh profile, signed in as the owner or `as` somebody else. */
  open: (path: string, visit?: Visit) => Promise<Page>
}

/** Starts all of it before the first test of a file, and stops it after the last. Until then it is empty. */
export function practiceDesk(): PracticeDesk {
  const desk: Partial<PracticeDesk> = {}
  beforeAll(async () => {
    const certificates = await makeCertificates()
    const browser = await openBrowser()
    desk.browser = browser
    const product = await startProduct({ caFile: certificates.caFile, args: ['--practice'] })
    desk.product = product
    await certificates.remove()
    const owner = await product.owner()
    const open = async (path: string, { as = owner, ...options }: Visit = {}) => {
      const page = await (await browser.newAgent(as, options)).newPage()
      await page.goto(product.baseUrl + path)
      return page
    }
    Object.assign(desk, { owner, open, baseUrl: product.baseUrl, rows: await practiceTickets(owner) })
  }, 150_000)
  afterAll(async () => {
    await desk.browser?.close()
    await desk.product?.stop()
  })
  return desk as PracticeDesk
}
