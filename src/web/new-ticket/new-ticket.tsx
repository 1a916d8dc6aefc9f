import { lazy, Suspense } from 'react'
import type { Place } from '../inbox/place.ts'
import { useCommand } from '../keys/commands.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

const NewTicketPage = lazy(async () => ({ default: (await import('./new-ticket-page.tsx')).NewTicketPage }))

/** Where a ticket is begun, in place of the open one; its parts come in a file of their own. */
export function NewTicket(props: { place: Place }) {
  useCommand('leave', () => leave(props.place))
  return (
    <Suspense fallback={<Skeleton rows={5} />}>
      <NewTicketPage place={props.place} />
    </Suspense>
  )
}

// Esc: out of the field first (what is written stays), then back to the list.
function leave(place: Place): void {
  const active = document.activeElement
  if (active instanceof HTMLElement && active.closest('[data-composer]') !== null) {
    active.blur()
    document.getElementById('ticket')?.focus()
  } else place.backToList()
}
