import { useCallback, useRef } from 'react'

/** One function for as long as the caller is shown. It runs the latest `run`, so parts that get it need not be drawn anew. */
export function useSteady<Told extends unknown[], Answer>(
  run: (...told: Told) => Answer,
): (...told: Told) => Answer {
  const latest = useRef(run)
  latest.current = run
  return useCallback((...told: Told) => latest.current(...told), [])
}
