import { Users } from 'lucide-react'
import type { FilterPart, TicketFilter } from '../../shared/ticket-filter.ts'
import { LANGUAGES, TICKET_PRIORITIES, TICKET_STATES } from '../../shared/vocabulary.ts'
import { useAgents, useMailboxes, useMe, useTeamsAtWork } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import type { Choice } from '../ui/picker.tsx'
import { readMinutes, typedMinutes } from './filter-search.ts'
import { durationWords, useFilterWords, useTagNames, valuesOf } from './filter-words.ts'

// After the languages of the screens those that customers of European desks write most.
const MORE_LANGUAGES = 'de fr es it pt nl ro el uk sr hr sl cs sk hu tr lt lv et da sv nb fi ar he zh ja ko'

const WAITS = ['30m', '1h', '2h', '4h', '8h', '1d', '2d', '3d', '7d']

/** What a part of a filter can be set to; what it is set to already is marked, also where that is gone. */
export function usePartChoices(part: FilterPart, filter: TicketFilter): Choice[] {
  const words = useFilterWords()
  const offered = useOffered(part)
  const chosen = valuesOf(filter, part).map(String)
  const others = chosen.filter(id => !offered.some(choice => choice.id === id))
  const all = [...offered, ...others.map(id => ({ id, words: words(part, partValue(part, id)) }))]
  return all.map(choice => ({ ...choice, isChosen: chosen.includes(choice.id) }))
}

/** The value a choice stands for. */
export function partValue(part: FilterPart, id: string): string | number {
  return part === 'mailboxIds' || part === 'waitingMinutes' ? Number(id) : id
}

/** A time that was typed, as a choice. */
export function typedWait(typed: string, language: string): Choice | undefined {
  const minutes = typedMinutes(typed)
  return minutes === undefined ? undefined : { id: String(minutes), words: durationWords(minutes, language) }
}

function useOffered(part: FilterPart): Choice[] {
  const { i18n } = useTranslation()
  const words = useFilterWords()
  const mailboxes = useMailboxes().data ?? []
  const assignees = useAssignees()
  const tags = useTagNames() ?? []
  const named = (ids: readonly string[]) => ids.map(id => ({ id, words: words(part, partValue(part, id)) }))
  switch (part) {
    case 'mailboxIds':
      return mailboxes.map(({ id, name, colour }) => ({
        id: String(id),
        words: name,
        mark: <MailboxMark colour={colour} name={name} />,
      }))
    case 'assignees':
      return assignees
    case 'states':
      return named(TICKET_STATES)
    case 'priorities':
      return named(TICKET_PRIORITIES.toReversed())
    case 'languages':
      return named([...new Set([i18n.language, ...LANGUAGES, ...MORE_LANGUAGES.split(' ')])])
    case 'tags':
      return named(tags)
    case 'waitingMinutes':
      return named(WAITS.map(wait => String(readMinutes(wait))))
    case 'text':
      return []
  }
}

function useAssignees(): Choice[] {
  const { t } = useTranslation()
  const me = useMe()
  const agents = (useAgents().data ?? []).filter(({ id, state }) => id !== me.id && state === 'active')
  const teams = useTeamsAtWork()
  return [
    { id: 'me', words: t('assign.me', { name: me.name }), mark: <Avatar name={me.name} isSmall /> },
    { id: 'nobody', words: t('assign.nobody') },
    ...agents.map(({ id, name }) => ({
      id: `agent-${id}`,
      words: name,
      mark: <Avatar name={name} isSmall />,
    })),
    ...teams.map(({ id, name }) => ({
      id: `team-${id}`,
      words: name,
      mark: <Users size={20} strokeWidth={1.5} aria-hidden />,
      hint: t('assign.team'),
    })),
  ]
}
