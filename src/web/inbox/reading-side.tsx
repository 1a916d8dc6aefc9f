import { lazy, memo, Suspense, startTransition, useDeferredValue, useEffect, useState } from 'react'
import { MergePeopleLayer } from '../customer/merge-people-layer.tsx'
import { useCustomerPanel } from '../customer/use-customer-panel.ts'
import { useCommand } from '../keys/commands.tsx'
import { NewTicket } from '../new-ticket/new-ticket.tsx'
import { TicketPane } from '../ticket/ticket-page.tsx'
import { EmptyTicket } from './empty-ticket.tsx'
import type { Place } from './place.ts'
import type { PutAway } from './use-inbox-commands.ts'
import type { Opening } from './use-opening.ts'

const CustomerPanel = lazy(async () => ({
  default: (await import('../customer/customer-panel.tsx')).CustomerPanel,
}))

/** What stands beside the list: the open ticket with its customer, one that is being begun, or that none is open. */
export function ReadingSide(props: {
  className: string | undefined
  place: Place
  opening: Opening
  /** The ticket that is drawn ahead. */
  next: number | undefined
  onShown: (number: number) => void
  onPutAway: PutAway
}) {
  const { place, opening } = props
  const panel = useCustomerPanel()
  useCommand('customer', place.number === undefined ? undefined : panel.toggle)
  return (
    <div className={props.className} id="ticket" tabIndex={-1}>
      {place.isNew ? (
        <NewTicket place={place} />
      ) : (
        <TicketPane
          number={place.number}
          next={props.next}
          onShown={props.onShown}
          wish={opening.wish}
          onWish={opening.wishFor}
          onWishTaken={opening.takeWish}
          onBack={opening.leaveTicket}
          onPutAway={props.onPutAway}
        >
          <EmptyTicket />
        </TicketPane>
      )}
      {place.number !== undefined && (
        <>
          <MergePeopleLayer key={`people-${place.number}`} number={place.number} />
          {panel.isOpen && <Beside number={place.number} onClose={panel.toggle} />}
        </>
      )}
    </div>
  )
}

// Whose the ticket is follows when the ticket itself is on the screen, which is deferred as well.
const Beside = memo(function Beside(props: { number: number; onClose: () => void }) {
  const onScreen = useDeferredValue(props.number)
  const [number, setNumber] = useState(props.number)
  useEffect(() => startTransition(() => setNumber(onScreen)), [onScreen])
  return (
    <Suspense fallback={null}>
      <CustomerPanel number={number} isBehind={number !== props.number} onClose={props.onClose} />
    </Suspense>
  )
})
