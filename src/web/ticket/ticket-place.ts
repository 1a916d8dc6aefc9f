import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Ticket } from '../../shared/tickets.ts'
import type { OpenPanel } from './header-pickers.tsx'

/** What a key in the list asked for before its ticket was open. */
export type Wish = 'reply' | 'reply-sender' | 'note' | 'forward' | NonNullable<OpenPanel>

/** A ticket's place on the page, and what leads away from it. */
export type PageProps = {
  number: number
  wish: Wish | undefined
  onWish: (wish: Wish) => void
  onWishTaken: () => void
  onBack: () => void
  /** Told of each ticket when it, or that it is on its way, has come on the screen. */
  onShown?: (number: number) => void
  onPutAway: (ticket: Ticket, change: TicketChange) => void
}
