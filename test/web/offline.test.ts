import { afterAll, beforeAll, expect, test } from 'vitest'
import { signOut } from '../../src/shared/session.ts'
import { getTicket } from '../../src/shared/tickets.ts'
import { practiceDesk } from '../support/practice-desk.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

const desk = practiceDesk()
let wire: TcpProxy

beforeAll(async () => {
  wire = await startTcpProxy(Number(new URL(desk.baseUrl).port))
})

afterAll(async () => {
  await wire?.close()
})

/** The files of the app that this page has loaded. */
const LOADED = `performance.getEntriesByType('resource').map(entry => entry.name).filter(url => url.includes('/assets/'))`

/** The names of what the browser keeps, null where it keeps nothing. */
const READ_KEPT = `new Promise((resolve, reject) => {
  const opened = indexedDB.open('letterdesk')
  opened.onerror = reject
  opened.onsuccess = () => {
    const asked = opened.result.transaction('kept').objectStore('kept').getAllKeys()
    asked.onerror = reject
    asked.onsuccess = () => {
      opened.result.close()
      resolve(asked.result.length > 0 ? asked.result.map(key => [key].flat()[0]) : null)
    }
  }
})`

/** Notes under which keys the page writes into its store. */
const NOTE_WRITTEN = `(() => {
  const { put } = IDBObjectStore.prototype
  window.written = []
  IDBObjectStore.prototype.put = function (value, key) {
    window.written.push(key)
    return put.call(this, value, key)
  }
})()`

test('a change that the server did, but whose answer is lost, is done once and can be taken back', async () => {
  const number = desk.rows[0]?.number ?? 0
  const stateOf = async () => (await desk.owner.call(getTicket, { params: { number } })).state
  const page = await (await desk.browser.newAgent(desk.owner)).newPage()
  await page.goto(`http://127.0.0.1:${wire.port}/queue/all/${number}`)
  await page.getByRole('feed').waitFor()

  wire.cut({ afterBytes: 0 })
  await page.keyboard.press('e')
  await waitUntil('the ticket to be closed', async () => (await stateOf()) === 'closed' || undefined)
  await page.getByText('1 change waits for the server.').waitFor()
  wire.heal()
  await page.evaluate('window.dispatchEvent(new Event("online"))')
  await page.getByText('1 change waits for the server.').waitFor({ state: 'detached' })

  expect(await page.getByText('was changed').count()).toBe(0)
  await page.keyboard.press('z')
  await waitUntil('the ticket to be open again', async () => (await stateOf()) === 'open' || undefined)
})

test('reading on writes down what was read, and not once more all that was read before', async () => {
  const number = desk.rows[0]?.number ?? 0
  const visitor = await desk.browser.newAgent(desk.owner)
  const page = await visitor.newPage()
  await page.addInitScript(NOTE_WRITTEN)
  const written = async () =>
    await page.evaluate<number[]>(`written.filter(key => key[0] === 'ticket').map(key => key[1])`)
  await page.goto(`${desk.baseUrl}/queue/all/${number}`)
  const before = await waitUntil('the ticket and others that were fetched ahead to be kept', async () => {
    const numbers = await written()
    return numbers.includes(number) && new Set(numbers).size > 1 ? numbers : undefined
  })

  await page.evaluate('written.length = 0')
  await page.keyboard.press('n')
  await page.keyboard.type('Read.')
  await page.keyboard.press('Control+Enter')
  const after = await waitUntil('the ticket to be kept as it is now', async () => {
    const numbers = await written()
    return numbers.includes(number) ? numbers : undefined
  })

  expect(before.length).toBeGreaterThan(1)
  expect(after.every(one => one === number || !before.includes(one))).toBe(true)
  await visitor.close()
})

test('without a network the last lists and tickets are read, and a change waits, also over a reload', async () => {
  const emma = desk.rows.find(row => row.customer?.name === 'Emma Clarke')
  const number = emma?.number ?? 0
  const visitor = await desk.browser.newAgent(desk.owner, { serviceWorkers: 'allow' })
  const page = await visitor.newPage()
  await page.goto(`http://127.0.0.1:${wire.port}/queue/all/${number}`)
  await page.getByRole('feed').getByText('Emma Clarke').first().waitFor()
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await waitUntil('the page, its files and the ticket to be kept', async () => {
    const [files, kept] = (await page.evaluate(`Promise.all([
      caches.open('files').then(cache => cache.keys()).then(keys => keys.map(key => key.url)), ${READ_KEPT}])`)) as [
      string[],
      string[] | null,
    ]
    const loaded = await page.evaluate<string[]>(LOADED)
    const isKept = ['queries', 'ticket'].every(name => kept?.includes(name))
    return (loaded.every(url => files.includes(url)) && isKept) || undefined
  })

  // The browser is told too, but what it asks for while a page begins can slip past being told.
  wire.unplug()
  await visitor.setOffline(true)
  await page.reload()
  await page.getByRole('feed').getByText('Emma Clarke').first().waitFor()
  await page.getByText('No network.').waitFor()
  const foot = (await page.getByRole('status').filter({ hasText: 'No network.' }).boundingBox())?.height ?? 0
  expect((await page.locator('#ticket header').first().boundingBox())?.y).toBeGreaterThanOrEqual(foot)
  await page.getByText('no network', { exact: true }).waitFor() // and not "live"
  await page.keyboard.press('e')
  await page.getByText('1 change waits for the server.').waitFor()
  await page.getByRole('link', { name: 'Spam' }).click()
  await page.getByText('This browser has not kept it.').first().waitFor()
  await page.goBack()
  await page.reload()
  await page.getByText('1 change waits for the server.').waitFor()
  const stateBefore = (await desk.owner.call(getTicket, { params: { number } })).state
  wire.heal()
  await visitor.setOffline(false)

  await page.getByText('1 change waits for the server.').waitFor({ state: 'detached' })
  expect(stateBefore).toBe('open')
  expect((await desk.owner.call(getTicket, { params: { number } })).state).toBe('closed')
  await desk.owner.call(signOut)
  await page.reload()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await waitUntil('what was kept to be forgotten', async () =>
    (await page.evaluate(READ_KEPT)) === null ? true : undefined,
  )
})
