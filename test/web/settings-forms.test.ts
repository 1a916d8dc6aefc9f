import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAgents } from '../../src/shared/agents.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { startProduct } from '../support/product.ts'

let desk: Letterdesk
let browser: TestBrowser
let owner: ApiClient

beforeAll(async () => {
  const certificates = await makeCertificates()
  browser = await openBrowser()
  desk = await startProduct({ caFile: certificates.caFile, args: ['--practice'] })
  await certificates.remove()
  owner = await desk.owner()
}, 150_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
})

test('an agent invited before the mailboxes are known to the page gets them all the same', async () => {
  const visitor = await browser.newAgent(owner)
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

  const { data } = await owner.call(listAgents)
  const boris = data.find(agent => agent.email === 'boris@desk.test')
  expect(boris?.mailboxIds).toHaveLength(2)
  await visitor.close()
})
