/** Does something soon after it was asked for: the first time at once, in a burst no more often than `everyMs`. */
export function createThrottle(everyMs: number, work: () => void): { ask: () => void; stop: () => void } {
  let timer: number | undefined
  let lastMs = 0
  const run = () => {
    timer = undefined
    lastMs = Date.now()
    work()
  }
  return {
    ask: () => {
      timer ??= window.setTimeout(run, Math.max(0, lastMs + everyMs - Date.now()))
    },
    stop: () => window.clearTimeout(timer),
  }
}
