import { type Queue, type QueueName, teamOfQueue } from '../../shared/vocabulary.ts'
import { useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { isNarrowing } from '../views/filter-search.ts'
import { useViewHere } from '../views/use-views.ts'
import type { TFunction } from '../words-of.ts'
import type { Place } from './place.ts'

/** What a queue is called; that of a team by the team. */
export function useQueueWords(queue: QueueName): string {
  const { t } = useTranslation()
  const teams = useTeams().data
  const teamId = teamOfQueue(queue)
  if (teamId === undefined) return t(`queue.${queue as Queue}`)
  return teams?.find(team => team.id === teamId)?.name ?? t('team.unknown')
}

/** What the list of a place is called: by its view where it is of one. */
export function usePlaceWords(place: Pick<Place, 'queue' | 'viewId'>): string {
  const queueName = useQueueWords(place.queue)
  return useViewHere(place)?.name ?? queueName
}

/** What an empty list says. */
export function emptyWords(t: TFunction, { queue, filter }: Pick<Place, 'queue' | 'filter'>): string {
  if (isNarrowing(filter)) return t('empty.filtered')
  return teamOfQueue(queue) === undefined ? t(`empty.${queue as Queue}`) : t('empty.team')
}
