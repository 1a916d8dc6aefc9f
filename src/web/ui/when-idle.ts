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
