import { useEffect, useState } from 'react'
import { savesData } from '../ui/saves-data.ts'
import { whenIdle } from '../ui/when-idle.ts'
import { useFetchWhole } from './use-fetch-whole.ts'

// Keys that run through the tickets wait for none of them.
const STANDS_MS = 400

/**
 * Fetches a ticket with all that it shows.
 *
 * @returns its number once all of it is here and the page has nothing else to do; until then the one before
 */
export function useFetched(number: number | undefined): number | undefined {
  const fetchWhole = useFetchWhole()
  const [fetched, setFetched] = useState<number>()
  useEffect(() => {
    if (number === undefined || savesData()) return
    let isStill = true
    let forget: (() => void) | undefined
    const fetchIt = async () => {
      try {
        await fetchWhole(number, () => isStill)
      } catch {
        return // told when it is opened
      }
      if (isStill) forget = whenIdle(async () => setFetched(number))
    }
    const timer = window.setTimeout(() => void fetchIt(), STANDS_MS)
    return () => {
      isStill = false
      window.clearTimeout(timer)
      forget?.()
    }
  }, [number, fetchWhole])
  return fetched
}
