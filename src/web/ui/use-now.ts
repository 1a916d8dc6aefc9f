import { useEffect, useMemo, useState } from 'react'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import type { TimeStyle } from './format-time.ts'

/** The present moment, renewed every `everyMs`, so that relative times stay true. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    // What was drawn ahead may be shown long after.
    setNow(then => (Date.now() - then.getTime() < everyMs ? then : new Date()))
    const timer = window.setInterval(() => setNow(new Date()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return now
}

/** How the signed-in agent reads dates. */
export function useTimeStyle(): TimeStyle {
  const { language } = useTranslation().i18n
  const { timeZone } = useMe()
  // One object until something of it changes: rows that get it need not be drawn anew.
  return useMemo(() => ({ language, timeZone }), [language, timeZone])
}
