import { useEffect, useState } from 'react'

/** Epoch milliseconds, renewed every `everyMs`; for countdowns. */
export function useClock(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return nowMs
}
