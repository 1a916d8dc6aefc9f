import type { BrowserContext, Page } from 'playwright-core'

// In the page: times from a key press to the frame after what it should bring is in the document, what Event Timing
// tells of each interaction (https://www.w3.org/TR/event-timing/: from 16 ms on, in steps of 8), and long tasks.
const PROBE = `(() => {
  const probe = { events: new Map(), longTasksMs: [], seen: undefined, fetched: new Set() }
  window.probe = probe
  new PerformanceObserver(list => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId > 0) probe.events.set(interactionId, Math.max(duration, probe.events.get(interactionId) ?? 0))
    }
  }).observe({ type: 'event', durationThreshold: 16 })
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) probe.longTasksMs.push(duration)
  }).observe({ type: 'longtask' })
  new PerformanceObserver(list => {
    for (const { name } of list.getEntries()) {
      const number = /\\/api\\/v1\\/tickets\\/(\\d+)$/.exec(new URL(name).pathname)?.[1]
      if (number !== undefined) probe.fetched.add(number)
    }
  }).observe({ type: 'resource', buffered: true })
  probe.afterPaint = run => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = run
    port2.postMessage(0)
  })
  probe.arm = isShown => {
    probe.seen = new Promise((resolve, reject) => {
      let beganMs
      let isOver = false
      const look = () => {
        if (isOver || beganMs === undefined || !isShown()) return
        isOver = true
        watcher.disconnect()
        probe.afterPaint(() => resolve(performance.now() - beganMs))
      }
      const watcher = new MutationObserver(look)
      addEventListener('keydown', event => {
        beganMs = event.timeStamp
        look()
      }, { capture: true, once: true })
      watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      setTimeout(() => reject(new Error('did not come within 10 s: ' + isShown)), 10_000)
    })
    probe.seen.catch(() => undefined)
  }
})()`

/** Makes every page of a visitor tell what it measures. */
export async function addProbe(visitor: BrowserContext): Promise<void> {
  await visitor.addInitScript(PROBE)
}

/**
 * Presses a key and times it until `isShown` (JavaScript of the page, false before) holds and is painted.
 *
 * @returns milliseconds from the press, as the page got it
 */
export async function timeKey(page: Page, key: string, isShown: string): Promise<number> {
  await page.evaluate(`probe.arm(() => ${isShown})`)
  await page.keyboard.press(key)
  return await page.evaluate<number>('probe.seen')
}

/** What Event Timing told since the last call; an interaction it kept silent about took less than 16 ms. */
export async function takeInteractions(page: Page): Promise<number[]> {
  return await page.evaluate<number[]>(`(() => {
    const told = [...probe.events.values()]
    const count = Math.max(told.length, performance.interactionCount - (probe.counted ?? 0))
    probe.counted = performance.interactionCount
    probe.events.clear()
    return [...told, ...Array(count - told.length).fill(8)]
  })()`)
}

/** The tasks longer than 50 ms since the last call. */
export async function takeLongTasks(page: Page): Promise<number[]> {
  return await page.evaluate<number[]>('probe.longTasksMs.splice(0)')
}
