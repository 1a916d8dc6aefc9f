import { gzipSync } from 'node:zlib'
import type { Page, Request } from 'playwright-core'
import type { ApiClient } from '../support/api.ts'
import type { TestBrowser } from '../support/chromium.ts'
import { addProbe } from './page-probe.ts'
import { type Spread, spreadOf } from './percentiles.ts'
import {
  holdDown,
  scrollFar,
  timeActions,
  timeFloor,
  timeLoad,
  timeMarks,
  timeOpens,
  timePalette,
  triage,
} from './web-journeys.ts'

/** What the inbox costs in the browser. Times in milliseconds, sizes compressed. */
export type WebFigures = {
  /** To rows on the screen, in an empty browser and in one that has the files. */
  coldMs: number
  warmMs: number
  /** What the browser alone takes for a key. */
  floor: Spread
  mark: Spread
  /** Of a held `j`, 30 presses a second. */
  held: { presses: number; lost: number }
  /** The next ticket, at once after the one before and after a look at that. */
  open: { run: Spread; look: Spread }
  take: Spread
  close: Spread
  palette: Spread
  paletteTyping: Spread
  triage: { tickets: number; interactions: Spread; p75Ms: number }
  scroll: { rows: number; longTasks: number }
  firstLoadKb: number
  editorKb: number
  otherHosts: string[]
}

/** How often each thing is done, and how many times slower than this machine the page runs. */
export type WebSizes = { slowdown: number; marks: number; times: number; triage: number }

/** Drives the inbox as this agent by keys and measures what they feel. */
export async function measureWeb(
  browser: TestBrowser,
  agent: ApiClient,
  sizes: WebSizes,
): Promise<WebFigures> {
  const loads = await measureLoads(browser, agent)
  const visitor = await browser.newAgent(agent, { viewport: { width: 1440, height: 900 } })
  visitor.setDefaultTimeout(60_000)
  await addProbe(visitor)
  const page = await visitor.newPage()
  const others = new Set<string>()
  page.on('request', request => {
    if (!isOwn(request, agent)) others.add(new URL(request.url()).host)
  })
  const machine = await visitor.newCDPSession(page)
  await machine.send('Emulation.setCPUThrottlingRate', { rate: sizes.slowdown })
  const floor = await timeFloor(page, sizes.marks)
  const list = `${agent.baseUrl}/queue/all?status=open` // what is closed cannot be closed
  const coldMs = await timeLoad(page, list)
  const warmMs = await timeLoads(page, list)
  const mark = await timeMarks(page, sizes.marks)
  const held = await holdDown(page)
  const open = await timeOpens(page, sizes.times)
  const actions = await timeActions(page, sizes.times)
  const palette = await timePalette(page, sizes.times)
  const interactionsMs = await triage(page, sizes.triage)
  const scroll = await scrollFar(page, `${agent.baseUrl}/queue/closed`)
  await visitor.close()
  const sorted = interactionsMs.toSorted((a, b) => a - b)
  const p75Ms = sorted[Math.ceil(sorted.length * 0.75) - 1] ?? Number.NaN
  const triaged = { tickets: sizes.triage, interactions: spreadOf(interactionsMs), p75Ms }
  const times = { coldMs, warmMs, floor, mark, held, open, ...actions, ...palette, triage: triaged, scroll }
  return { ...times, ...loads, otherHosts: [...others] }
}

// The middle one of three: the browser keeps what it made of the files a moment after it has used them.
async function timeLoads(page: Page, address: string): Promise<number> {
  const timesMs: number[] = []
  for (let load = 0; load < 3; load++) timesMs.push(await timeLoad(page, address))
  return spreadOf(timesMs).p50Ms
}

/** How much JavaScript the list needs, and the editor after it; without what is fetched ahead. */
async function measureLoads(
  browser: TestBrowser,
  agent: ApiClient,
): Promise<Pick<WebFigures, 'firstLoadKb' | 'editorKb'>> {
  const visitor = await browser.newAgent(agent)
  visitor.setDefaultTimeout(60_000)
  const page = await visitor.newPage()
  const scripts = new Set<string>()
  page.on('request', request => {
    if (request.resourceType() === 'script') scripts.add(request.url())
  })
  await page.addInitScript('window.requestIdleCallback = () => 0')
  await page.goto(`${agent.baseUrl}/queue/all`)
  await page.getByRole('row').first().waitFor()
  const firstLoadKb = await compressedKb([...scripts])
  await page.keyboard.press('j')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Write a note for your team' }).waitFor()
  const editor = [...scripts].filter(url => /\/(?:rich-editor|editor-words)-[^/]*\.js$/.test(url))
  await visitor.close()
  return { firstLoadKb, editorKb: await compressedKb(editor) }
}

async function compressedKb(urls: readonly string[]): Promise<number> {
  let sizeBytes = 0
  for (const url of urls) sizeBytes += gzipSync(await (await fetch(url)).bytes()).length
  return sizeBytes / 1024
}

function isOwn(request: Request, agent: ApiClient): boolean {
  const { protocol, host } = new URL(request.url())
  return !protocol.startsWith('http') || host === new URL(agent.baseUrl).host
}
