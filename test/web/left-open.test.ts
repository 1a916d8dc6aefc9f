import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { endSession, listSessions } from '../../src/shared/session.ts'
import { composedText } from '../support/composed-text.ts'
import { OWNER } from '../support/letterdesk.ts'
import { practiceDesk } from '../support/practice-desk.ts'

// What loads before the inbox is there: on a slow line of 1 Mbit/s 300 KB of JavaScript take 2.4 s.
const FIRST_LOAD_LIMIT_BYTES = 300 * 1024
const EDITOR_LIMIT_BYTES = 150 * 1024

const isOfEditor = (url: string) => /\/(?:rich-editor|editor-words)-[^/]*\.js$/.test(url)

async function sizeOf(urls: readonly string[]): Promise<number> {
  let sizeBytes = 0
  for (const url of urls) sizeBytes += gzipSync(await (await fetch(url)).bytes()).length
  return sizeBytes
}

const desk = practiceDesk()

test('a page left open over an upgrade is told that its old files are gone, not given a page as a script', async () => {
  const file = await fetch(`${desk.baseUrl}/assets/index-0ld.js`)
  const address = await fetch(`${desk.baseUrl}/queue/all/1`)

  expect([file.status, file.headers.get('content-type')]).toEqual([
    404,
    expect.stringContaining('application/problem+json'),
  ])
  expect([address.status, address.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ])
})

test('a script and the page travel compressed, as the browser can read them', async () => {
  const page = await fetch(`${desk.baseUrl}/queue/all`, { headers: { 'accept-encoding': 'gzip, br' } })
  const [, script = ''] = /<script[^>]*src="([^"]*)"/.exec(await page.text()) ?? []
  const ask = (encoding: string) =>
    fetch(new URL(script, desk.baseUrl), { headers: { 'accept-encoding': encoding } })
  const [brotli, gzip, plain] = await Promise.all(['gzip, br', 'gzip', 'identity'].map(ask))

  expect([page, brotli, gzip, plain].map(answer => answer?.headers.get('content-encoding'))).toEqual([
    'br',
    'br',
    'gzip',
    null,
  ])
  expect(brotli?.headers.get('content-type')).toContain('javascript')
  expect(await brotli?.text()).toBe(await plain?.text())
})

test('the styles that all others build on are linked before them, so that no screen loses its own', async () => {
  const page = await (await fetch(`${desk.baseUrl}/queue/all`)).text()

  const sheets = [...page.matchAll(/<link rel="stylesheet"[^>]*href="([^"]*)"/g)].map(([, href]) => href)

  expect(sheets[0]).toMatch(/\/base-[^/]*\.css$/)
  expect(sheets.filter(href => href?.includes('/base-'))).toHaveLength(1)
})

test('an agent whose session ends while writing signs in again and finds the words', async () => {
  const admin = desk.owner
  const visitor = await desk.browser.newVisitor()
  const page = await visitor.newPage()
  const signIn = async () => {
    await page.getByLabel('Email address').fill(OWNER.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.goto(`${desk.baseUrl}/queue/all`)
  await signIn()
  await page.getByRole('row').filter({ hasText: 'Emma Clarke' }).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type('Half a sentence')

  const { data } = await admin.call(listSessions)
  const others = data.filter(session => !session.isCurrent)
  for (const { id } of others) await admin.call(endSession, { params: { id } })

  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn()
  const text = page.getByRole('textbox', { name: 'Write your reply' })
  await text.waitFor()
  expect(await composedText(text)).toBe('Half a sentence')
  await visitor.close()
})

test('the inbox needs at most 300 KB of JavaScript, compressed, and the editor that comes after it 150', async () => {
  const admin = desk.owner
  const visitor = await desk.browser.newAgent(admin)
  const page = await visitor.newPage()
  const scripts = new Set<string>()
  page.on('request', request => {
    if (request.resourceType() === 'script') scripts.add(request.url())
  })
  // What is fetched ahead is not what the inbox needs.
  await page.addInitScript('window.requestIdleCallback = () => 0')

  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').first().waitFor()
  const ofInbox = [...scripts]
  await page.getByRole('row').first().click()
  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).waitFor()

  const sizes = { inbox: await sizeOf(ofInbox), editor: await sizeOf([...scripts].filter(isOfEditor)) }
  expect(sizes.inbox).toBeGreaterThan(10_000)
  expect(sizes.inbox).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES)
  expect(sizes.editor).toBeGreaterThan(10_000)
  expect(sizes.editor).toBeLessThanOrEqual(EDITOR_LIMIT_BYTES)
  await visitor.close()
})

test('the list is asked for as soon as it is known who asks, while the page still waits for its words', async () => {
  const visitor = await desk.browser.newAgent(desk.owner)
  const page = await visitor.newPage()
  const { promise: areReleased, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/assets\/en-[^/]*\.js$/, async route => {
    await areReleased
    await route.continue()
  })
  const asked = page.waitForRequest(/\/api\/v1\/tickets\?queue=all&/)

  await page.goto(`${desk.baseUrl}/queue/all`, { waitUntil: 'commit' })
  await asked

  expect(await page.locator('#root').textContent()).toBe('')
  release()
  await page.getByRole('row').filter({ hasText: 'Emma Clarke' }).waitFor()
  await visitor.close()
})
