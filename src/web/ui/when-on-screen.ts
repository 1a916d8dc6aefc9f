/**
 * Runs once when the page is what somebody looks at, and has been for so long: a tab in the background shows nothing to anybody.
 *
 * @returns what calls it off
 */
export function whenOnScreen(run: () => void, forMs = 0): () => void {
  let timer: number | undefined
  const end = () => {
    window.clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  }
  const done = () => {
    end()
    run()
  }
  const look = () => {
    window.clearTimeout(timer)
    if (document.visibilityState !== 'visible') return
    if (forMs === 0) done()
    else timer = window.setTimeout(done, forMs)
  }
  document.addEventListener('visibilitychange', look)
  look()
  return end
}
