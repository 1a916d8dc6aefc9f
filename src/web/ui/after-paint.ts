// A page that nobody sees is not painted.
const AT_LATEST_MS = 100

/** Does something once the browser has painted what is on its way. @returns takes it back */
export function afterPaint(work: () => void): () => void {
  const channel = new MessageChannel()
  const stop = () => {
    window.cancelAnimationFrame(frame)
    window.clearTimeout(timer)
    channel.port1.close()
  }
  const start = () => {
    stop()
    work()
  }
  channel.port1.addEventListener('message', start)
  channel.port1.start()
  const frame = window.requestAnimationFrame(() => channel.port2.postMessage(0))
  const timer = window.setTimeout(start, AT_LATEST_MS)
  return stop
}
