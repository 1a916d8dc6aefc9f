import { nextTurn } from '../next-turn.ts'

// A page that nobody sees is not painted.
const AT_LATEST_MS = 100

/** Does something once the browser has painted what is on its way. @returns takes it back */
export function afterPaint(work: () => void): () => void {
  let isOver = false
  const stop = () => {
    isOver = true
    window.cancelAnimationFrame(frame)
    window.clearTimeout(timer)
  }
  const start = () => {
    if (isOver) return
    stop()
    work()
  }
  const frame = window.requestAnimationFrame(() => void nextTurn().then(start))
  const timer = window.setTimeout(start, AT_LATEST_MS)
  return stop
}
