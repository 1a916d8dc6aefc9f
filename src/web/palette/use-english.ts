import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from '../texts.tsx'
import type { Words } from './find-entries.ts'

/** The words of the screen in English, '' until they are loaded, and where the screen is English itself. */
export function useEnglish(): Words {
  const { i18n } = useTranslation()
  const isLoaded = useQuery({
    queryKey: ['english', i18n.language],
    queryFn: async () => {
      await i18n.learn('en')
      return true
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  return useMemo((): Words => {
    if (i18n.language === 'en' || isLoaded !== true) return () => ''
    const english = i18n.of('en')
    return (key, values) => english(key, values ?? {})
  }, [i18n, i18n.language, isLoaded])
}
