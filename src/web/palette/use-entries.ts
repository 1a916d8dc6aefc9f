import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useRunnable } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { commandEntries } from './command-entries.ts'
import { type Entry, makeEntry, type Words } from './find-entries.ts'
import { useTarget } from './target.ts'
import { useEnglish } from './use-english.ts'
import { usePlaces } from './use-places.ts'
import { useSavedReplyEntries } from './use-saved-reply-entries.ts'
import { useTicketEntries } from './use-ticket-entries.ts'
import { useViewEntries } from './use-view-entries.ts'

/** Everything the palette offers now: what has keys here, what the tickets in hand can get, and where one can go. */
export function useEntries(): Entry[] {
  const actions = useActions()
  const onTickets = useTicketEntries()
  const savedReplies = useSavedReplyEntries()
  const begin = useBegin()
  const views = useViewEntries()
  const places = usePlaces()
  return useMemo(
    () => [...actions, ...onTickets, ...savedReplies, begin, ...views, ...places],
    [actions, onTickets, savedReplies, begin, views, places],
  )
}

// Beginning a ticket without mail has no key of its own: `c` begins either.
function useBegin(): Entry {
  const { t } = useTranslation()
  const english = useEnglish()
  const navigate = useNavigate()
  return useMemo(() => {
    const search = { phone: true }
    const run = () => void navigate({ to: '/queue/$queue/new', params: { queue: 'mine' }, search })
    const words = t('newTicket.withoutMail')
    return makeEntry({ id: 'new-without-mail', kind: 'action', words, run }, [
      english('newTicket.withoutMail'),
    ])
  }, [t, english, navigate])
}

function useActions(): Entry[] {
  const { t } = useTranslation()
  const english = useEnglish()
  const runnable = useRunnable()
  const selectedCount = useTarget().selected?.count ?? 0
  return useMemo(
    () => commandEntries({ t: t as Words, english }, runnable, selectedCount),
    [t, english, runnable, selectedCount],
  )
}
