import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Message, sendReply, type Ticket, undoReply, writeNote } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { patchLists } from '../inbox/use-tickets.ts'
import { useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'
import { attachAgain } from './attach-again.ts'
import { type Draft, draftKey, NO_DRAFT } from './draft-store.ts'
import { focusComposer } from './focus-composer.ts'
import { putDraft } from './use-draft.ts'

// The server's undo window; used when its clock and ours differ too much to count by.
const UNDO_WINDOW_MS = 10_000

/** Sends what the composer holds; each answers whether it was taken. A reply can be undone for 10 seconds. */
export function useSend(ticket: Ticket) {
  const api = useApi()
  const { call } = api
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const router = useRouter()
  const me = useMe()
  const key = draftKey(me.id, ticket.number)
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['ticket', ticket.number] })
    await queries.invalidateQueries({ queryKey: ['tickets'] })
    await queries.invalidateQueries({ queryKey: ['queues'] })
  }
  const undo = async (sent: Message, draft: Draft) => {
    const { text } = await call(undoReply, { params: { id: sent.id } })
    putDraft(key, { ...draft, text, isOpen: true, uploads: [] })
    if (draft.uploads.length > 0) {
      putDraft(key, { ...draft, text, isOpen: true, uploads: await attachAgain(api, sent.attachments) })
    }
    await refresh()
    if (!router.state.location.pathname.endsWith(`/${ticket.number}`)) {
      await router.navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number: ticket.number } })
    }
    window.requestAnimationFrame(() => window.requestAnimationFrame(focusComposer))
  }
  const reply = async (draft: Draft, stateAfter?: 'closed'): Promise<boolean> => {
    try {
      const message = await call(sendReply, {
        params: { number: ticket.number },
        body: replyBody(draft, stateAfter),
      })
      putDraft(key, NO_DRAFT)
      const state = ticket.isTwin ? ticket.state : (stateAfter ?? 'waiting')
      patchLists(queries, ticket.number, me.id, row => ({ ...row, state, waitingSince: null }))
      notices.done(t('done.sent', { name: firstName(ticket, draft) }), {
        undo: () => undo(message, draft),
        forMs: windowMs(message.delivery?.dueAt),
        isCounted: true,
      })
      void refresh()
      return true
    } catch (error) {
      notices.failed(error)
      return false
    }
  }
  const note = async (draft: Draft): Promise<boolean> => {
    try {
      await call(writeNote, { params: { number: ticket.number }, body: { text: draft.text } })
      putDraft(key, NO_DRAFT)
      void refresh()
      return true
    } catch (error) {
      notices.failed(error)
      return false
    }
  }
  return { reply, note }
}

function replyBody(draft: Draft, stateAfter: 'closed' | undefined) {
  return {
    text: draft.text,
    ...(draft.to === null ? {} : { to: draft.to }),
    ...(draft.cc === null ? {} : { cc: draft.cc }),
    ...(draft.bcc.length === 0 ? {} : { bcc: draft.bcc }),
    ...(draft.uploads.length === 0 ? {} : { uploadIds: draft.uploads.map(upload => upload.id) }),
    withHistory: draft.withHistory,
    ...(stateAfter === undefined ? {} : { stateAfter }),
  }
}

function windowMs(dueAt: string | undefined): number {
  const leftMs = dueAt === undefined ? Number.NaN : Date.parse(dueAt) - Date.now()
  return leftMs > 1000 ? Math.min(leftMs, UNDO_WINDOW_MS) : UNDO_WINDOW_MS
}

function firstName(ticket: Ticket, draft: Draft): string {
  const address = draft.to?.[0]
  const known = ticket.replyDefaults.to.find(person => address === undefined || person.address === address)
  return known?.name ?? address ?? known?.address ?? ''
}
