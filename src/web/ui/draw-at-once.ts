let isAtOnce = false

/** Lets what `work` changes of the data be drawn together with what the same key or click changes of the page. */
export function drawAtOnce(work: () => void): void {
  isAtOnce = true
  try {
    work()
  } finally {
    isAtOnce = false
  }
}

/** When the page hears of changed data: with the key that changed it, not after whatever else waits for its turn. */
export function scheduleTelling(tell: () => void): void {
  if (isAtOnce) tell()
  else queueMicrotask(tell)
}
