import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useAgents, useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { assignChange } from '../ticket/assign-choices.tsx'
import { tagsQuery } from '../ticket/ticket-queries.ts'
import { useChangeTicket } from '../ticket/use-ticket.ts'
import { type Entry, type EntryKind, makeEntry, type Words } from './find-entries.ts'
import { type Target, useTarget } from './target.ts'
import { useEnglish } from './use-english.ts'
import { useStableTeams } from './use-stable-teams.ts'

/** Whom and what the tickets in hand can be given: people, teams, tags and mailboxes. */
export function useTicketEntries(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const { call } = useApi()
  const target = useTarget()
  const change = useChangeTicket()
  const agents = useAgents().data
  const teams = useStableTeams()
  const mailboxes = useMailboxes().data
  const isWanted = target.row !== undefined || target.selected !== undefined
  const tags = useQuery({ ...tagsQuery(call), enabled: isWanted }).data
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is new with each render and does the same
  return useMemo(() => {
    const subject = subjectOf(target, change)
    if (subject === undefined) return []
    const make = makerOf(t as Words, english, subject)
    const { isOn } = subject
    const people = (agents ?? [])
      .filter(agent => agent.state === 'active' && !isOn(row => row.assigneeId === agent.id))
      .map(({ id, name }) => make('agent', { id, name }, 'assign', { assigneeId: id }))
    const groups = teams
      .filter(({ id, mailboxIds }) => subject.isIn(mailboxIds) && !isOn(row => row.teamId === id))
      .map(({ id, name }) => make('team', { id, name }, 'assignTeam', assignChange(`team-${id}`)))
    const labels = (tags ?? [])
      .filter(tag => !isOn(row => row.tags.includes(tag)))
      .map(tag => make('tag', { id: tag, name: tag }, 'tag', { addTags: [tag] }))
    const moves = (mailboxes ?? [])
      .filter(({ id }) => (mailboxes ?? []).length > 1 && !isOn(row => row.mailboxId === id))
      .map(({ id, name }) => make('mailbox', { id: `move-${id}`, name }, 'move', { mailboxId: id }))
    return [...people, ...groups, ...labels, ...moves]
  }, [t, english, target, agents, teams, tags, mailboxes])
}

/** The tickets that entries are about, however many. */
type Subject = {
  /** Values of the words: the number of the one ticket, or how many they are. */
  values: { number: number } | { count: number }
  change: (change: TicketChange) => void
  /** Whether this is so of all of them, as far as they are loaded. */
  isOn: (test: (row: TicketRow) => boolean) => boolean
  /** Whether one of these mailboxes has one of them. */
  isIn: (mailboxIds: readonly number[]) => boolean
}

function subjectOf(
  { row, selected }: Target,
  change: (ticket: TicketRow, wish: TicketChange) => void,
): Subject | undefined {
  const known = selected?.known ?? (row === undefined ? [] : [row])
  const isOn: Subject['isOn'] = test => known.length > 0 && known.every(test)
  const isIn: Subject['isIn'] = ids => known.length === 0 || known.some(one => ids.includes(one.mailboxId))
  if (selected !== undefined)
    return { values: { count: selected.count }, change: selected.change, isOn, isIn }
  return row && { values: { number: row.number }, change: wish => change(row, wish), isOn, isIn }
}

type Phrase = 'assign' | 'assignTeam' | 'tag' | 'move'

function makerOf(t: Words, english: Words, { values, change }: Subject) {
  return (
    kind: EntryKind,
    what: { id: number | string; name: string },
    phrase: Phrase,
    wish: TicketChange,
  ): Entry => {
    const key = `palette.${phrase}${'count' in values ? 'All' : ''}`
    const all = { ...values, name: what.name }
    const words = t(key, all)
    return makeEntry({ id: `${kind}.${what.id}`, kind, words, run: () => change(wish) }, [
      what.name,
      english(key, all),
    ])
  }
}
