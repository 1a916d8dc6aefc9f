import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openBrowser } from '../support/chromium.ts'

test('a page of ours is shown, and two visitors share no cookie', async () => {
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<h1>Здравейте</h1>')
  })
  await new Promise<void>(listening => site.listen(0, '127.0.0.1', () => listening()))
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`
  const browser = await openBrowser()
  const [ada, bob] = await Promise.all([browser.newVisitor(), browser.newVisitor()])

  const page = await ada.newPage()
  await page.goto(url)
  await ada.addCookies([{ name: 'session', value: 'ada', url }])

  expect(await page.textContent('h1')).toBe('Здравейте')
  expect(await bob.cookies(url)).toEqual([])
  await browser.close()
  site.close()
})
