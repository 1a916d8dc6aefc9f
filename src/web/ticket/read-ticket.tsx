import { memo, type RefObject } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { type CustomerClock, CustomerClockContext } from '../customer/customer-clock.ts'
import type { QuoteWish } from './folds.ts'
import type { OpenPanel } from './header-pickers.tsx'
import { Newcomers } from './newcomers.tsx'
import { PutAwayStrip } from './put-away-strip.tsx'
import { TicketHeader } from './ticket-header.tsx'
import { TicketHints } from './ticket-hints.tsx'
import { Timeline } from './timeline-view.tsx'
import { TwinStrip } from './twin-strip.tsx'

/** What can be done from there. */
export type ReadActs = {
  back: () => void
  putAway: (change: TicketChange) => void
  answer: (messageId: number) => void
  forward: (messageId: number) => void
  forwardAgain: (failed: Message) => void
}

/**
 * What of a ticket is read: head, strips, messages. Drawn anew where that changes, not at every key in the composer below.
 *
 * @param acts the newest of each, looked up when it is done
 */
export const ReadTicket = memo(function ReadTicket(props: {
  ticket: Ticket
  panel: OpenPanel
  onPanel: (panel: OpenPanel) => void
  quotes: QuoteWish
  acts: RefObject<ReadActs>
}) {
  const { ticket, acts } = props
  return (
    <>
      <TicketHeader
        ticket={ticket}
        panel={props.panel}
        onPanel={props.onPanel}
        onBack={() => acts.current.back()}
        onPutAway={change => acts.current.putAway(change)}
      />
      <PutAwayStrip ticket={ticket} onErased={() => acts.current.back()} />
      <TwinStrip ticket={ticket} />
      <TicketHints ticket={ticket} />
      <Newcomers ticket={ticket} />
      <CustomerClockContext value={clockOf(ticket)}>
        <Timeline
          ticket={ticket}
          quotes={props.quotes}
          onAnswer={messageId => acts.current.answer(messageId)}
          onForward={messageId => acts.current.forward(messageId)}
          onForwardAgain={failed => acts.current.forwardAgain(failed)}
        />
      </CustomerClockContext>
    </>
  )
})

function clockOf({ customer, customerUtcOffsetMinutes: utcOffsetMinutes }: Ticket): CustomerClock | null {
  const name = customer?.name ?? customer?.address
  return utcOffsetMinutes === null || name == null ? null : { name, utcOffsetMinutes }
}
