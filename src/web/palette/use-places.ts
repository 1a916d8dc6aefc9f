import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { QUEUES, teamQueue } from '../../shared/vocabulary.ts'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { settingsPages } from '../settings/settings-pages.ts'
import { useTranslation } from '../texts.tsx'
import { type Entry, makeEntry } from './find-entries.ts'
import { useEnglish } from './use-english.ts'
import { useStableTeams } from './use-stable-teams.ts'

const MAX_TICKETS = 200

/** Where one can go: each kind of place is a list of its own here. */
export function usePlaces(): Entry[] {
  const queues = useQueueEntries()
  const mailboxes = useMailboxEntries()
  const tickets = useSeenTickets()
  const settings = useSettingEntries()
  return useMemo(
    () => [...queues, ...mailboxes, ...tickets, ...settings],
    [queues, mailboxes, tickets, settings],
  )
}

function useQueueEntries(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const navigate = useNavigate()
  const teams = useStableTeams()
  return useMemo(() => {
    const queues = QUEUES.map(queue => {
      const key = `queue.${queue}` as const
      const run = () => void navigate({ to: '/queue/$queue', params: { queue } })
      return makeEntry({ id: key, kind: 'queue', words: t(key), run }, [english(key)])
    })
    const ofTeams = teams.map(team => {
      const run = () => void navigate({ to: '/queue/$queue', params: { queue: teamQueue(team.id) } })
      const more = [t('nav.teams'), english('nav.teams')]
      return makeEntry({ id: `queue.team-${team.id}`, kind: 'queue', words: team.name, run }, more)
    })
    return [...queues, ...ofTeams]
  }, [t, english, navigate, teams])
}

function useMailboxEntries(): Entry[] {
  const navigate = useNavigate()
  const mailboxes = useMailboxes().data
  return useMemo(
    () =>
      (mailboxes ?? []).map(({ id, name, address }) => {
        const search = { mailbox: id }
        const run = () => void navigate({ to: '/queue/$queue', params: { queue: 'all' }, search })
        return makeEntry({ id: `mailbox.${id}`, kind: 'mailbox', words: name, run }, [address])
      }),
    [navigate, mailboxes],
  )
}

/** Tickets this browser has opened or fetched ahead. */
function useSeenTickets(): Entry[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMemo(
    () =>
      queries
        .getQueriesData<Ticket>({ queryKey: ['ticket'] })
        .flatMap(([, ticket]) => ticket ?? [])
        .slice(-MAX_TICKETS)
        .map(({ number, subject, customer }) => {
          const run = () => void navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number } })
          const words = `#${number} ${subject === '' ? t('ticket.noSubject') : subject}`
          const more = [customer?.name ?? '', customer?.address ?? '']
          return makeEntry({ id: `ticket.${number}`, kind: 'ticket', words, run }, more)
        }),
    [t, navigate, queries],
  )
}

/** The settings, and of an admin those of each mailbox. */
function useSettingEntries(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const navigate = useNavigate()
  const me = useMe()
  const mailboxes = useMailboxes().data
  return useMemo(() => {
    const about = [t('nav.settings'), english('nav.settings')]
    const pages = settingsPages(me).map(page => {
      const run = () => void navigate({ to: page.to })
      const more = [...about, english(page.key)]
      return makeEntry({ id: page.key, kind: 'setting', words: t(page.key), run }, more)
    })
    if (!isAdmin(me)) return pages
    const connect = makeEntry(
      {
        id: 'settings.connect',
        kind: 'setting',
        words: t('start.connect'),
        run: () => void navigate({ to: '/settings/mailboxes/new' }),
      },
      [...about, english('start.connect')],
    )
    const ofMailboxes = (mailboxes ?? []).map(({ id, name, address }) => {
      const run = () => void navigate({ to: '/settings/mailboxes/$id', params: { id: String(id) } })
      const words = t('palette.mailboxSettings', { name })
      const more = [...about, address, english('palette.mailboxSettings', { name })]
      return makeEntry({ id: `settings.mailbox.${id}`, kind: 'setting', words, run }, more)
    })
    return [...pages, connect, ...ofMailboxes]
  }, [t, english, navigate, me, mailboxes])
}
