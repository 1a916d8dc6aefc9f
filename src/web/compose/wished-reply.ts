import { useEffect, useSyncExternalStore } from 'react'
import type { OfferedReply } from '../../shared/saved-replies.ts'
import { CallFailed } from '../call.ts'
import { createListeners } from '../listeners.ts'
import { useNotices } from '../ui/notices.tsx'
import { focusComposer } from './focus-composer.ts'
import type { OfferSource } from './saved-reply-picker.tsx'

/** `ticketNumber` is undefined where the composer that is open is meant, whosever it is. */
type WishedReply = { id: number; ticketNumber: number | undefined; untilMs: number; isComing: boolean }

// As long as typing is held for a composer: later nobody remembers having asked.
const WISH_LIMIT_MS = 15_000

let wished: WishedReply | undefined
const { subscribe, tell } = createListeners()

function set(wish: WishedReply | undefined): void {
  wished = wish
  tell()
}

/** Asks for a saved reply in a composer that is open, or will be in a moment. */
export function wishReply(id: number, ticketNumber: number | undefined): void {
  set({ id, ticketNumber, untilMs: Date.now() + WISH_LIMIT_MS, isComing: false })
}

/** Whether one is on its way: its words take the focus, and what is typed meanwhile comes behind them. */
export function isReplyWished(): boolean {
  return wished !== undefined && wished.untilMs > Date.now()
}

/**
 * Puts a saved reply that was asked for elsewhere into the caller's composer.
 *
 * @param composer `take` is undefined while its text cannot be written into; `ticketNumber` where it answers a ticket
 */
export function useWishedReply(composer: {
  ticketNumber?: number
  offer: OfferSource
  take: ((reply: OfferedReply) => void) | undefined
  /** A note takes none, also where one that was kept came in place of the reply that was asked for. */
  isNote?: boolean
}): void {
  const notices = useNotices()
  const wish = useSyncExternalStore(subscribe, () => wished)
  const isReady = composer.take !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each wish, when the text is there
  useEffect(() => {
    if (wish === undefined || wish.isComing || composer.take === undefined) return
    const { ticketNumber } = wish
    const isMine = ticketNumber === undefined || ticketNumber === composer.ticketNumber
    if (!isMine || wish.untilMs < Date.now()) return
    if (composer.isNote === true) {
      set(undefined)
      focusComposer()
      return
    }
    set({ ...wish, isComing: true })
    const { take } = composer
    composer.offer
      .load()
      .then(offered => {
        const reply = offered.find(one => one.id === wish.id)
        if (reply === undefined) throw new CallFailed('not-found', 404)
        take(reply)
      })
      .catch((error: unknown) => {
        notices.failed(error)
        focusComposer()
      })
      .finally(() => set(undefined))
  }, [wish, isReady, composer.isNote])
}
