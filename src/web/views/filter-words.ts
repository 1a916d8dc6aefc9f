import { useQuery } from '@tanstack/react-query'
import type { FilterPart, TicketFilter } from '../../shared/ticket-filter.ts'
import type { AssigneeWord, TicketPriority, TicketState } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useAgents, useMailboxes, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { tagsQuery } from '../ticket/ticket-queries.ts'
import { numberFormat } from '../ui/kept-format.ts'
import { languageName } from '../ui/language-name.ts'
import type { TFunction } from '../words-of.ts'
import { unitOf } from './filter-search.ts'

/** How one value of a part of a filter is called; what is not there any more says so. */
export type FilterWords = (part: FilterPart, value: string | number) => string

// Who is not known yet is not gone.
const LOADING = '…'
const UNITS = { m: 'minute', h: 'hour', d: 'day' } as const

/** The tags on tickets this agent may see. */
export function useTagNames(): readonly string[] | undefined {
  const { call } = useApi()
  return useQuery(tagsQuery(call)).data
}

/** The values of a part of a filter. */
export function valuesOf(filter: TicketFilter, part: FilterPart): readonly (string | number)[] {
  const value = filter[part]
  return value === undefined ? [] : [value].flat()
}

/** Names what filters are made of. */
export function useFilterWords(): FilterWords {
  const { t, i18n } = useTranslation()
  const mailboxes = useMailboxes().data
  const tags = useTagNames()
  const assigneeWords = useAssigneeWords()
  return (part, value) => {
    switch (part) {
      case 'mailboxIds': {
        const known = mailboxes?.find(mailbox => mailbox.id === value)
        return known?.name ?? (mailboxes === undefined ? LOADING : t('filter.noMailbox'))
      }
      case 'assignees':
        return assigneeWords(value as AssigneeWord)
      case 'states':
        return t(`state.${value as TicketState}`)
      case 'priorities':
        return t(`priority.${value as TicketPriority}`)
      case 'languages':
        return languageName(String(value), i18n.language)
      case 'tags':
        return tags?.includes(String(value)) === false ? t('filter.noTag', { tag: value }) : String(value)
      case 'waitingMinutes':
        return durationWords(Number(value), i18n.language)
      case 'text':
        return String(value)
    }
  }
}

function useAssigneeWords(): (word: AssigneeWord) => string {
  const { t } = useTranslation()
  const agents = useAgents().data?.map(one => ({
    word: `agent-${one.id}`,
    name: one.name,
    isGone: one.state === 'deactivated',
  }))
  const teams = useTeams().data?.map(one => ({
    word: `team-${one.id}`,
    name: one.name,
    isGone: one.isRemoved,
  }))
  return word => {
    if (word === 'me') return t('filter.me')
    if (word === 'nobody') return t('assign.nobody')
    return word.startsWith('team-')
      ? nameOf(t, teams, word, t('team.unknown'))
      : nameOf(t, agents, word, t('agent.unknown'))
  }
}

type Named = { word: string; name: string; isGone: boolean }

function nameOf(t: TFunction, all: readonly Named[] | undefined, word: string, unknown: string): string {
  if (all === undefined) return LOADING
  const one = all.find(known => known.word === word)
  if (one === undefined) return unknown
  return one.isGone ? t('filter.gone', { name: one.name }) : one.name
}

/** A stretch of time in words: `4 hours`. */
export function durationWords(minutes: number, language: string): string {
  const { count, unit } = unitOf(minutes)
  const style = { style: 'unit', unit: UNITS[unit], unitDisplay: 'long' } as const
  return numberFormat(language, style).format(count)
}
