import { useQueryClient } from '@tanstack/react-query'
import {
  mergeTicket,
  moveMessage,
  splitTicket,
  takeForward,
  undoForward,
  undoMerge,
  undoMove,
} from '../../shared/placing.ts'
import { useApi } from '../api.tsx'
import { usePlace } from '../inbox/place.ts'
import { refreshAll } from '../live.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'

/** Puts messages and tickets where they belong; what was done is said, and `z` takes it back. */
export function usePlacing() {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const place = usePlace()
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      notices.failed(error)
    } finally {
      refreshAll(queries)
    }
  }
  const unmerge = async (mergeId: number) => {
    const { number } = await call(undoMerge, { params: { id: mergeId } })
    refreshAll(queries)
    notices.done(t('done.unmerged', { number }))
  }
  const unmove = async (moveId: number) => {
    const { number } = await call(undoMove, { params: { id: moveId } })
    refreshAll(queries)
    place.openTicket(number)
  }
  const sayMoved = (
    words: 'done.split' | 'done.moved',
    { moveId, number }: { moveId: number; number: number },
  ) => notices.done(t(words, { number }), { undo: () => unmove(moveId), forMs: UNDO_SHOWN_MS })
  return {
    /** Into the ticket of that number, or into a new one (null), which is opened then. */
    move: (messageId: number, toNumber: number | null) =>
      attempt(async () => {
        const moved = await call(moveMessage, { params: { id: messageId }, body: { toNumber } })
        sayMoved(toNumber === null ? 'done.split' : 'done.moved', moved)
        if (toNumber === null) place.openTicket(moved.number)
      }),
    /** Several messages of a ticket into a new one, which is opened then. */
    split: (number: number, messageIds: readonly number[]) =>
      attempt(async () => {
        const body = { messageIds: [...messageIds] }
        const moved = await call(splitTicket, { params: { number }, body })
        sayMoved('done.split', moved)
        place.openTicket(moved.number)
      }),
    merge: (number: number, intoNumber: number) =>
      attempt(async () => {
        const { mergeId } = await call(mergeTicket, { params: { number }, body: { intoNumber } })
        notices.done(t('done.merged', { number, into: intoNumber }), {
          undo: () => unmerge(mergeId),
          forMs: UNDO_SHOWN_MS,
        })
        place.openTicket(intoNumber)
      }),
    unmerge: (mergeId: number) => attempt(() => unmerge(mergeId)),
    unmove: (moveId: number) => attempt(() => unmove(moveId)),
    takeForward: (messageId: number) =>
      attempt(async () => {
        await call(takeForward, { params: { id: messageId } })
      }),
    unforward: (messageId: number) =>
      attempt(async () => {
        await call(undoForward, { params: { id: messageId } })
      }),
  }
}

// Longer than a change of state: where mail went is looked at before it is trusted. History undoes it later.
const UNDO_SHOWN_MS = 12_000
