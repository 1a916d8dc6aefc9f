import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Team } from '../../shared/teams.ts'
import { listTags, type Ticket } from '../../shared/tickets.ts'
import { QUEUES, teamQueue } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { learn } from '../i18n.ts'
import { COMMANDS, type CommandGroup, type CommandId } from '../keys/command-list.ts'
import { useRunnable } from '../keys/commands.tsx'
import { useAgents, useMailboxes, useMe, useTeams } from '../session.ts'
import { settingsPages } from '../settings/settings-pages.ts'
import { assignChange } from '../ticket/assign-choices.tsx'
import { useChangeTicket } from '../ticket/use-ticket.ts'
import { type Entry, makeEntry } from './find-entries.ts'
import { useTarget } from './target.ts'
import { useViewEntries } from './use-view-entries.ts'

// These move within what is under the palette, or are the palette.
const NOT_OFFERED: readonly CommandId[] = ['palette', 'leave', 'next', 'previous', 'open']
const MAX_TICKETS = 200

/** What is done with the ticket in hand comes before the ways to elsewhere. */
function nearness(group: CommandGroup): number {
  return { composer: 0, ticket: 1, list: 2, everywhere: 3 }[group]
}

/** The same words in English, undefined until they are loaded, and where the screen is English itself. */
function useEnglish(): ((key: string) => string) | undefined {
  const { i18n } = useTranslation()
  const isLoaded = useQuery({
    queryKey: ['english', i18n.language],
    queryFn: async () => {
      await learn(i18n, 'en')
      return true
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  return useMemo(() => {
    if (i18n.language === 'en' || isLoaded !== true) return undefined
    const english = i18n.getFixedT('en')
    return key => english(key)
  }, [i18n, i18n.language, isLoaded])
}

/** Everything the palette offers now: what has keys here, where one can go, and what the ticket in hand can get. */
export function useEntries(): Entry[] {
  const places = usePlaces()
  const actions = useActions()
  const begin = useBegin()
  const onTicket = useTicketChanges()
  const views = useViewEntries()
  return useMemo(
    () => [...actions, ...onTicket, begin, ...views, ...places],
    [actions, onTicket, begin, views, places],
  )
}

// It has no key of its own: `c` begins either.
function useBegin(): Entry {
  const { t } = useTranslation()
  const english = useEnglish()
  const navigate = useNavigate()
  return useMemo(() => {
    const search = { phone: true }
    const run = () => void navigate({ to: '/queue/$queue/new', params: { queue: 'mine' }, search })
    const words = t('newTicket.withoutMail')
    return makeEntry({ id: 'new-without-mail', kind: 'action', words, run }, [
      english?.('newTicket.withoutMail') ?? '',
    ])
  }, [t, english, navigate])
}

function useActions(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const runnable = useRunnable()
  return useMemo(
    () =>
      (Object.keys(COMMANDS) as CommandId[])
        .filter(id => runnable.has(id) && !NOT_OFFERED.includes(id))
        .toSorted((a, b) => nearness(COMMANDS[a].group) - nearness(COMMANDS[b].group))
        .map(id => {
          const key = `command.${id}` as const
          const run = () => runnable.run(id)
          return makeEntry({ id: key, kind: 'action', words: t(key), run }, [english?.(key) ?? ''])
        }),
    [t, english, runnable],
  )
}

function usePlaces(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const me = useMe()
  const mailboxes = useMailboxes().data
  const teams = useStableTeams()
  return useMemo(() => {
    const queues = QUEUES.map(queue => {
      const key = `queue.${queue}` as const
      const run = () => void navigate({ to: '/queue/$queue', params: { queue } })
      return makeEntry({ id: key, kind: 'queue', words: t(key), run }, [english?.(key) ?? ''])
    })
    const ofTeams = teams.map(team => {
      const run = () => void navigate({ to: '/queue/$queue', params: { queue: teamQueue(team.id) } })
      return makeEntry({ id: `queue.team-${team.id}`, kind: 'queue', words: team.name, run }, [
        t('nav.teams'),
      ])
    })
    const desks = (mailboxes ?? []).map(mailbox => {
      const run = () =>
        void navigate({ to: '/queue/$queue', params: { queue: 'all' }, search: { mailbox: mailbox.id } })
      return makeEntry({ id: `mailbox.${mailbox.id}`, kind: 'mailbox', words: mailbox.name, run }, [
        mailbox.address,
      ])
    })
    const settings = settingsPages(me).map(page => {
      const run = () => void navigate({ to: page.to })
      const more = [t('nav.settings'), english?.(page.key) ?? '', english?.('nav.settings') ?? '']
      return makeEntry({ id: page.key, kind: 'setting', words: t(page.key), run }, more)
    })
    const tickets = queries
      .getQueriesData<Ticket>({ queryKey: ['ticket'] })
      .flatMap(([, ticket]) => ticket ?? [])
      .slice(-MAX_TICKETS)
      .map(({ number, subject, customer }) => {
        const run = () => void navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number } })
        const words = `#${number} ${subject === '' ? t('ticket.noSubject') : subject}`
        const more = [customer?.name ?? '', customer?.address ?? '']
        return makeEntry({ id: `ticket.${number}`, kind: 'ticket', words, run }, more)
      })
    return [...queues, ...ofTeams, ...desks, ...tickets, ...settings]
  }, [t, english, navigate, queries, me, mailboxes, teams])
}

// The same list until the teams change.
function useStableTeams(): readonly Team[] {
  const teams = useTeams().data
  return useMemo(() => (teams ?? []).filter(team => !team.isRemoved), [teams])
}

function useTicketChanges(): Entry[] {
  const { t } = useTranslation()
  const { call } = useApi()
  const target = useTarget()
  const change = useChangeTicket()
  const agents = useAgents().data
  const teams = useStableTeams()
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: async () => (await call(listTags)).data,
    enabled: target !== undefined,
    staleTime: 60_000,
  }).data
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is new with each render and does the same
  return useMemo(() => {
    if (target === undefined) return []
    const { number } = target
    const people = (agents ?? [])
      .filter(agent => agent.state === 'active' && agent.id !== target.assigneeId)
      .map(agent => {
        const words = t('palette.assign', { number, name: agent.name })
        const run = () => change(target, { assigneeId: agent.id })
        return makeEntry({ id: `agent.${agent.id}`, kind: 'agent', words, run }, [agent.name])
      })
    const groups = teams
      .filter(team => team.mailboxIds.includes(target.mailboxId) && team.id !== target.teamId)
      .map(team => {
        const words = t('palette.assignTeam', { number, name: team.name })
        const run = () => change(target, assignChange(`team-${team.id}`))
        return makeEntry({ id: `team.${team.id}`, kind: 'team', words, run }, [team.name])
      })
    const labels = (tags ?? [])
      .filter(tag => !target.tags.includes(tag))
      .map(tag => {
        const words = t('palette.tag', { number, tag })
        const run = () => change(target, { addTags: [tag] })
        return makeEntry({ id: `tag.${tag}`, kind: 'tag', words, run }, [tag])
      })
    return [...people, ...groups, ...labels]
  }, [t, target, agents, teams, tags])
}
