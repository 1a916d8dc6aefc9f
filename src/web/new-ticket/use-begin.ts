import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { openWithoutMail, sendNewMail } from '../../shared/new-tickets.ts'
import type { Snooze } from '../../shared/ticket-change.ts'
import { type Message, undoReply, updateTicket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { type Draft, draftKey, isWritten, NO_DRAFT, newTicketKey, readDraft } from '../compose/draft-store.ts'
import { nameTry } from '../compose/name-try.ts'
import { takeUpWords } from '../compose/take-up-words.ts'
import { undoableFor } from '../compose/undo-window.ts'
import { putDraft } from '../compose/use-draft.ts'
import { sentWords } from '../compose/use-send.ts'
import { wordsOfDraft } from '../compose/words-of-draft.ts'
import type { Place } from '../inbox/place.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { whenWords } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import type { NewTicketUse } from './use-new-ticket.ts'

/** How a mail that begins a ticket is sent besides its words. */
export type BeginHow = { stateAfter?: 'closed'; snooze?: Snooze; sendAt?: Date }

/** Sends what is written as the first mail of a ticket, and opens that; it can be undone as a reply can. */
export function useBeginByMail(use: NewTicketUse, place: Place): (how: BeginHow) => Promise<void> {
  const { t } = useTranslation()
  const { call } = useApi()
  const notices = useNotices()
  const me = useMe()
  const timeStyle = useTimeStyle()
  const { keepTry, finish, sayRefused } = useBeginTools(use, place)
  const takeBack = useTakeBack()
  return async how => {
    const body = mailBody(use, how)
    try {
      const draft = use.read()
      const sent = await use.whileSending(() => call(sendNewMail, { body, idempotencyKey: keepTry(body) }))
      const { delivery } = sent.message
      const undo = () => takeBack(sent, { ...draft, head: use.head })
      if (delivery?.isScheduled === true) {
        const time = whenWords(new Date(delivery.dueAt), new Date(), timeStyle)
        notices.done(t('done.scheduled', { time }), { undo })
      } else {
        const words = sentWords(t, nameOf(sent.message), how.snooze, timeStyle)
        notices.done(words, undoableFor(sent.message, me.undoSeconds, undo))
      }
      finish(sent.number, how.stateAfter === 'closed' || how.snooze !== undefined)
    } catch (error) {
      sayRefused(error)
    }
  }
}

/** Opens what is written as a ticket without mail. */
export function useBeginWithoutMail(
  use: NewTicketUse,
  place: Place,
): (state: 'open' | 'closed') => Promise<void> {
  const { t } = useTranslation()
  const { call } = useApi()
  const notices = useNotices()
  const { keepTry, finish, sayRefused } = useBeginTools(use, place)
  return async state => {
    const body = phoneBody(use, state)
    try {
      const { number } = await use.whileSending(() =>
        call(openWithoutMail, { body, idempotencyKey: keepTry(body) }),
      )
      notices.done(t('done.opened', { number }))
      finish(number, state === 'closed')
    } catch (error) {
      sayRefused(error)
    }
  }
}

function useBeginTools(use: NewTicketUse, place: Place) {
  const queries = useQueryClient()
  const notices = useNotices()
  const key = newTicketKey(useMe().id)
  return {
    // The key is kept before the request leaves: a tab killed now, or an answer that is lost, repeats it.
    keepTry: (body: object): string => {
      const lastTry = nameTry(use.read().lastTry, body)
      putDraft(key, { ...use.read(), lastTry })
      return lastTry.key
    },
    finish: (number: number, isDone: boolean) => {
      putDraft(key, NO_DRAFT)
      for (const name of ['tickets', 'queues', 'new-ticket-draft']) {
        void queries.invalidateQueries({ queryKey: [name] })
      }
      if (isDone) place.backToList()
      else place.openTicket(number)
    },
    sayRefused: (error: unknown) => {
      notices.failed(error)
      const isReused = error instanceof CallFailed && error.code === 'idempotency-key-reused'
      if (isReused) putDraft(key, { ...use.read(), lastTry: null })
    },
  }
}

/** Takes a mail back that began a ticket, into the composer; where another is begun there, onto its ticket. */
function useTakeBack() {
  const api = useApi()
  const router = useRouter()
  const queries = useQueryClient()
  const me = useMe()
  return async (sent: { number: number; message: Message }, draft: Draft) => {
    const { number, message } = sent
    await api.call(undoReply, { params: { id: message.id } })
    const files = message.attachments.length > 0 ? await takeUpWords(api, message) : { uploads: [] }
    const again = { ...draft, ...files, isOpen: true, isUnsaved: true, revision: 0, lastTry: null }
    const key = newTicketKey(me.id)
    const isTaken = isWritten(readDraft(window.localStorage, key))
    if (isTaken) {
      await api.call(updateTicket, { params: { number }, body: { isDeleted: false } })
      putDraft(draftKey(me.id, number), { ...again, head: null })
      await router.navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number } })
    } else {
      putDraft(key, again)
      await router.navigate({ to: '/queue/$queue/new', params: { queue: 'mine' } })
    }
    await queries.invalidateQueries({
      predicate: ({ queryKey: [name] }) => ['ticket', 'tickets', 'queues'].includes(String(name)),
    })
  }
}

function mailBody({ read, head }: NewTicketUse, { stateAfter, snooze, sendAt }: BeginHow) {
  const draft = read()
  const { cc, bcc, uploads } = draft
  return {
    mailboxId: head.mailboxId ?? 0,
    ...(head.from === null ? {} : { from: head.from }),
    to: draft.to ?? [],
    subject: head.subject,
    ...(cc === null || cc.length === 0 ? {} : { cc }),
    ...(bcc.length === 0 ? {} : { bcc }),
    ...wordsOfDraft(draft),
    ...(uploads.length === 0 ? {} : { uploadIds: uploads.map(upload => upload.id) }),
    ...(stateAfter === undefined ? {} : { stateAfter }),
    ...(snooze === undefined ? {} : { snooze }),
    ...(sendAt === undefined ? {} : { sendAt: sendAt.toISOString() }),
  }
}

function phoneBody({ read, head }: NewTicketUse, state: 'open' | 'closed') {
  const draft = read()
  const { customerId, name, address, phone } = head
  return {
    mailboxId: head.mailboxId ?? 0,
    subject: head.subject,
    customer: {
      ...(customerId === null ? {} : { id: customerId }),
      ...(name.trim() === '' ? {} : { name }),
      ...(address.trim() === '' ? {} : { address: address.trim() }),
      ...(phone.trim() === '' ? {} : { phone }),
    },
    ...(draft.text.trim() === '' ? {} : wordsOfDraft(draft)),
    state,
  }
}

function nameOf({ to }: Message): string {
  return to[0]?.name ?? to[0]?.address ?? ''
}
