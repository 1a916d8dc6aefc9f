import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../session.ts'
import type { TimeStyle } from './format-time.ts'

/** The present moment, renewed every `everyMs`, so that relative times stay true. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return now
}

/** How the signed-in agent reads dates. */
export function useTimeStyle(): TimeStyle {
  const { i18n } = useTranslation()
  return { language: i18n.language, timeZone: useMe().timeZone }
}
