import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { forwardMessage } from '../../shared/forwards.ts'
import { unscheduleReply } from '../../shared/schedules.ts'
import type { Snooze } from '../../shared/ticket-change.ts'
import {
  type AttachmentInfo,
  type Message,
  sendReply,
  type Ticket,
  undoReply,
  writeNote,
} from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { patchLists } from '../inbox/use-tickets.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { type TimeStyle, whenWords } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import { attachAgain } from './attach-again.ts'
import { type Draft, draftKey, NO_DRAFT } from './draft-store.ts'
import { focusComposer } from './focus-composer.ts'
import { nameTry } from './name-try.ts'
import { recipientsOf } from './shown-recipients.ts'
import { takeUpWords } from './take-up-words.ts'
import { undoableFor } from './undo-window.ts'
import { putDraft } from './use-draft.ts'
import { wordsOfDraft } from './words-of-draft.ts'

/**
 * How a reply is sent besides its words: what the agent has seen, the ticket's state after it, until when it is put
 * away, and when if not now.
 */
export type SendWish = {
  seenEventId: number
  stateAfter?: 'closed' | undefined
  snooze?: Snooze | undefined
  sendAt?: Date | undefined
}

/** Sends what the composer holds; each answers whether it was taken. A reply can be undone for as long as its agent chose. */
export function useSend(ticket: Ticket) {
  const { t } = useTranslation()
  const notices = useNotices()
  const { api, key, ...tools } = useSendTools(ticket)
  const { refresh, keepTry, sayUndoable, sayDone, showAnswered, sayRefused } = tools
  const { call } = api
  const reply = async (draft: Draft, wish: SendWish): Promise<boolean> => {
    try {
      const body = { ...replyBody(draft, wish), lastSeenEventId: wish.seenEventId }
      const message = await call(sendReply, {
        params: { number: ticket.number },
        body,
        idempotencyKey: keepTry(draft, replyBody(draft, wish)),
      })
      putDraft(key, NO_DRAFT)
      showAnswered(message, wish)
      sayDone(message, draft, wish.snooze)
      void refresh()
      return true
    } catch (error) {
      await sayRefused(error, draft)
      return false
    }
  }
  const note = async (draft: Draft): Promise<boolean> => {
    try {
      const body = wordsOfDraft(draft)
      await call(writeNote, {
        params: { number: ticket.number },
        body,
        idempotencyKey: keepTry(draft, body),
      })
      putDraft(key, NO_DRAFT)
      void refresh()
      return true
    } catch (error) {
      notices.failed(error)
      return false
    }
  }
  const forward = async (draft: Draft, files: readonly AttachmentInfo[]): Promise<boolean> => {
    try {
      const chosen = files.filter(file => draft.fileIds.includes(file.id))
      // Uploads before it is tried, so that a second try is the same request.
      const ready = {
        ...draft,
        uploads: [...draft.uploads, ...(await attachAgain(api, chosen))],
        fileIds: [],
      }
      const body = forwardBody(ready)
      const params = { number: ticket.number }
      const message = await call(forwardMessage, { params, body, idempotencyKey: keepTry(ready, body) })
      putDraft(key, NO_DRAFT)
      sayUndoable(t('done.forwarded', { name: draft.to?.[0] ?? '' }), message, ready)
      void refresh()
      return true
    } catch (error) {
      await sayRefused(error, draft)
      return false
    }
  }
  return { reply, note, forward }
}

/** What each way of sending does around the request itself. */
function useSendTools(ticket: Ticket) {
  const api = useApi()
  const { call } = api
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const router = useRouter()
  const me = useMe()
  const timeStyle = useTimeStyle()
  const key = draftKey(me.id, ticket.number)
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['ticket', ticket.number] })
    await queries.invalidateQueries({ queryKey: ['tickets'] })
    await queries.invalidateQueries({ queryKey: ['queues'] })
  }
  const showComposer = async () => {
    if (!router.state.location.pathname.endsWith(`/${ticket.number}`)) {
      await router.navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number: ticket.number } })
    }
    window.requestAnimationFrame(() => window.requestAnimationFrame(focusComposer))
  }
  const undo = async (sent: Message, draft: Draft) => {
    const { text } = await call(undoReply, { params: { id: sent.id } })
    // A new try: under the old key the answer would be the reply that was taken back.
    const again = { ...draft, isOpen: true, lastTry: null }
    putDraft(key, { ...again, ...(draft.html === null ? { text } : {}), uploads: [] })
    if (sent.attachments.length > 0) putDraft(key, { ...again, ...(await takeUpWords(api, sent)) })
    await refresh()
    await showComposer()
  }
  // The key is kept before the request leaves: a tab killed now, or an answer that is lost, repeats it.
  const keepTry = (draft: Draft, body: object): string => {
    const lastTry = nameTry(draft.lastTry, body)
    putDraft(key, { ...draft, lastTry })
    return lastTry.key
  }
  // The server keeps its words, recipients and files, and makes a draft of them.
  const unschedule = async (sent: Message) => {
    await call(unscheduleReply, { params: { id: sent.id } })
    await queries.invalidateQueries({ queryKey: ['draft', ticket.number] })
    await refresh()
    await showComposer()
  }
  const sayUndoable = (words: string, message: Message, draft: Draft) =>
    notices.done(
      words,
      undoableFor(message, me.undoSeconds, () => undo(message, draft)),
    )
  const sayDone = (message: Message, draft: Draft, snooze: Snooze | undefined) => {
    const { delivery } = message
    if (delivery?.isScheduled === true) {
      const time = whenWords(new Date(delivery.dueAt), new Date(), timeStyle)
      notices.done(t('done.scheduled', { time }), { undo: () => unschedule(message) })
      return
    }
    sayUndoable(sentWords(t, firstName(ticket, draft), snooze, timeStyle), message, draft)
  }
  // In the lists at once; of what is written to a third party the customer goes on waiting.
  const showAnswered = ({ sideThreadId }: Message, wish: SendWish) => {
    if (sideThreadId !== null) return
    const state = ticket.isTwin ? ticket.state : (wish.stateAfter ?? 'waiting')
    patchLists(queries, ticket.number, me.id, row => ({
      ...row,
      state,
      waitingSince: null,
      ...(wish.snooze === undefined ? {} : { snooze: wish.snooze }),
    }))
  }
  const sayRefused = async (error: unknown, draft: Draft) => {
    const code = error instanceof CallFailed ? error.code : null
    if (code !== 'ticket-changed') notices.failed(error)
    // Who has seen what was sent may send again.
    if (code === 'idempotency-key-reused') putDraft(key, { ...draft, lastTry: null })
    if (code === 'ticket-changed' || code === 'idempotency-key-reused') await refresh()
  }
  return { api, key, refresh, keepTry, sayUndoable, sayDone, showAnswered, sayRefused }
}

function forwardBody(draft: Draft) {
  const { to, cc, bcc, forwardedMessageId, insteadOf } = draft
  return {
    messageId: forwardedMessageId ?? 0,
    ...wordsOfDraft(draft),
    to: to ?? [],
    cc: cc ?? [],
    bcc,
    uploadIds: draft.uploads.map(upload => upload.id),
    ...(insteadOf === null ? {} : { insteadOf }),
  }
}

function replyBody(draft: Draft, { stateAfter, snooze, sendAt }: SendWish) {
  return {
    ...wordsOfDraft(draft),
    ...recipientsOf(draft),
    ...(draft.uploads.length === 0 ? {} : { uploadIds: draft.uploads.map(upload => upload.id) }),
    withHistory: draft.withHistory,
    ...(stateAfter === undefined ? {} : { stateAfter }),
    ...(snooze === undefined ? {} : { snooze }),
    ...(sendAt === undefined ? {} : { sendAt: sendAt.toISOString() }),
  }
}

/** Says that a mail was sent, and when its ticket is back where it was put away with it. */
export function sentWords(t: TFunction, name: string, snooze: Snooze | undefined, style: TimeStyle): string {
  if (snooze === undefined) return t('done.sent', { name })
  if (snooze.until === null) return t('done.sentSnoozedReply', { name })
  return t('done.sentSnoozed', { name, time: whenWords(new Date(snooze.until), new Date(), style) })
}

function firstName(ticket: Ticket, draft: Draft): string {
  const address = draft.to?.[0]
  const known = ticket.replyDefaults.to.find(person => address === undefined || person.address === address)
  return known?.name ?? address ?? known?.address ?? ''
}
