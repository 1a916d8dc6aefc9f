import type { TicketRow } from '../../src/shared/tickets.ts'
import type { ApiClient } from './api.ts'
import { makeCertificates } from './certificates.ts'
import { openBrowser, type TestBrowser } from './chromium.ts'
import type { Letterdesk } from './letterdesk.ts'
import { practiceTickets } from './practice-tickets.ts'
import { startProduct } from './product.ts'

/** The product with its practice mailboxes, a browser, the owner, and the five tickets there are to begin with. */
export type PracticeDesk = { desk: Letterdesk; browser: TestBrowser; owner: ApiClient; rows: TicketRow[] }

/** Starts all of it; the test closes the browser and stops the desk. */
export async function startPracticeDesk(): Promise<PracticeDesk> {
  const certificates = await makeCertificates()
  const browser = await openBrowser()
  const desk = await startProduct({ caFile: certificates.caFile, args: ['--practice'] })
  await certificates.remove()
  const owner = await desk.owner()
  return { desk, browser, owner, rows: await practiceTickets(owner) }
}
