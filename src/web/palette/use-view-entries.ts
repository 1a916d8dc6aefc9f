import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from '../texts.tsx'
import { writeFilter } from '../views/filter-search.ts'
import { useViews } from '../views/use-views.ts'
import { type Entry, makeEntry } from './find-entries.ts'

/** The views as places to go to. */
export function useViewEntries(): Entry[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const views = useViews().data
  return useMemo(
    () =>
      (views ?? []).map(({ id, name, queue, filter }) => {
        const search = { ...writeFilter(filter), view: id }
        const run = () => void navigate({ to: '/queue/$queue', params: { queue }, search })
        return makeEntry({ id: `view.${id}`, kind: 'view', words: name, run }, [t('nav.views')])
      }),
    [t, navigate, views],
  )
}
