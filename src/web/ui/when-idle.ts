/** Does something that can wait once the page has nothing else to do; what fails is tried no more. @returns takes it back */
export function whenIdle(work: () => Promise<void>): () => void {
  const start = async () => {
    try {
      await work()
    } catch (error) {
      console.warn('not fetched ahead', error)
    }
  }
  if (typeof window.requestIdleCallback !== 'function') {
    const timer = window.setTimeout(() => void start(), 2_000)
    return () => window.clearTimeout(timer)
  }
  const wish = window.requestIdleCallback(() => void start(), { timeout: 5_000 })
  return () => window.cancelIdleCallback(wish)
}

const USED_AT_LATEST_MS = 6_000
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'scroll'] as const

/** Does something once there is a sign that somebody uses the page, or a while after it was opened. @returns takes it back */
export function whenUsed(work: () => void): () => void {
  const stop = () => {
    window.clearTimeout(timer)
    for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, start, { capture: true })
  }
  const start = () => {
    stop()
    work()
  }
  const timer = window.setTimeout(start, USED_AT_LATEST_MS)
  for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, start, { capture: true, passive: true })
  return stop
}
