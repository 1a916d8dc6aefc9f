import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import type { ApiClient } from '../support/api.ts'
import { openBrowser } from '../support/chromium.ts'

/** A browser in which every host but the desk's is a trap, and every script that runs is counted. */
export type TrappedBrowser = {
  visitor: BrowserContext
  page: Page
  /** What was asked of other hosts: method and URL. */
  asked: string[]
  /** Calls of the page's `hit`, dialogs, new windows. */
  ran: string[]
  close: () => Promise<void>
}

// Chromium itself asks there what the fields of a form are; no vector names it.
const CHROMIUMS_OWN = 'content-autofill.googleapis.com:443'
// A mail of hundreds of vectors is more than a page: on a busy machine it takes longer than the usual 10 s.
const PATIENCE_MS = 60_000

/** Opens it signed in as the owner of `client`'s cookie; loopback is reached directly, all else by the trap. */
export async function openTrappedBrowser(client: ApiClient): Promise<TrappedBrowser> {
  const asked: string[] = []
  const ran: string[] = []
  const trap = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`)
    answer.writeHead(200, { 'content-type': 'text/javascript' }).end('parent.hit()')
  })
  trap.on('connect', (request, socket) => {
    if (request.url !== CHROMIUMS_OWN) asked.push(`CONNECT ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve))
  const { port } = trap.address() as AddressInfo
  const browser = await openBrowser()
  const visitor = await browser.newAgent(client, {
    proxy: { server: `http://127.0.0.1:${port}`, bypass: '127.0.0.1' },
  })
  await visitor.exposeBinding('hit', ({ frame }) => void ran.push(`hit in ${frame.url()}`))
  await visitor.addInitScript('window.alert = window.hit')
  visitor.setDefaultTimeout(PATIENCE_MS)
  const page = await visitor.newPage()
  page.on('dialog', dialog => {
    ran.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  visitor.on('page', other => void ran.push(`window ${other.url()}`))
  return {
    visitor,
    page,
    asked,
    ran,
    close: async () => {
      await browser.close()
      await new Promise(resolve => trap.close(resolve))
    },
  }
}
