import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { type Queue, type QueueName, teamOfQueue } from '../../shared/vocabulary.ts'
import { useTeams } from '../session.ts'

/** What a queue is called; that of a team by the team. */
export function useQueueWords(queue: QueueName): string {
  const { t } = useTranslation()
  const teams = useTeams().data
  const teamId = teamOfQueue(queue)
  if (teamId === undefined) return t(`queue.${queue as Queue}`)
  return teams?.find(team => team.id === teamId)?.name ?? t('team.unknown')
}

/** What an empty queue says. */
export function emptyWords(t: TFunction, queue: QueueName): string {
  return teamOfQueue(queue) === undefined ? t(`empty.${queue as Queue}`) : t('empty.team')
}
