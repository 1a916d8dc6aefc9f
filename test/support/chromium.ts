import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { ApiClient } from './api.ts'

/**
 * A headless Chromium of this test file alone. Each `newVisitor` is a fresh profile with its own cookies, and ends with the
 * test that opened it: what is left open goes on reading, and sees what it shows.
 */
export type TestBrowser = {
  newVisitor(options?: BrowserContextOptions): Promise<BrowserContext>
  /** A visitor with the session of a client of the API: the agent that client is signed in as. */
  newAgent(
    client: Pick<ApiClient, 'baseUrl' | 'cookie'>,
    options?: BrowserContextOptions,
  ): Promise<BrowserContext>
  close(): Promise<void>
}

// The same Chromium without a window's furniture costs half the CPU; Debian has both.
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

// Without the network flags Chromium looks up its maker's hosts at every start.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/**
 * Starts Debian's Chromium; visitors get 1280×800, English, UTC and no waiting longer than 10 s.
 *
 * @param args further flags of the program
 */
export async function openBrowser({ args = [] }: { args?: readonly string[] } = {}): Promise<TestBrowser> {
  const program = PROGRAMS.find(path => existsSync(path))
  if (program === undefined)
    throw new Error(`${PROGRAMS[0]} is missing: apt-get install chromium-headless-shell fonts-noto-core`)
  const home = await mkdtemp(join(tmpdir(), 'letterdesk-chromium-'))
  const environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home }
  const browser = await chromium.launch({
    executablePath: program,
    args: [...FLAGS, ...args],
    env: environment,
  })
  const newVisitor = async (options?: BrowserContextOptions) => {
    const visitor = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'UTC',
      serviceWorkers: 'block', // what the page asks for is seen, and nothing is kept from an earlier page
      ...options,
    })
    visitor.setDefaultTimeout(10_000)
    closeWithTest(visitor)
    return visitor
  }
  return {
    newVisitor,
    newAgent: async (client, options) => {
      const visitor = await newVisitor(options)
      const [name = '', value = ''] = client.cookie().split('=')
      await visitor.addCookies([{ name, value, url: client.baseUrl }])
      return visitor
    },
    close: async () => {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function closeWithTest(visitor: BrowserContext): void {
  try {
    onTestFinished(async () => await visitor.close())
  } catch {
    return // opened for several tests, or by a program that is none
  }
}
