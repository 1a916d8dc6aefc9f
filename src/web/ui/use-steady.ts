import { useCallback, useRef } from 'react'

/** The same function for as long as the caller is shown, which does what the latest one does: parts that get it need not be drawn anew. */
export function useSteady<Told extends unknown[], Answer>(
  run: (...told: Told) => Answer,
): (...told: Told) => Answer {
  const latest = useRef(run)
  latest.current = run
  return useCallback((...told: Told) => latest.current(...told), [])
}
