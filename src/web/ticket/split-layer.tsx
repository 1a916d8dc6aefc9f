import { lazy, Suspense } from 'react'
import type { Ticket } from '../../shared/tickets.ts'

const SplitDialog = lazy(async () => ({ default: (await import('./split-dialog.tsx')).SplitDialog }))

/** The choice of messages that become a ticket, which is fetched when it is first wanted. */
export function SplitLayer(props: { ticket: Ticket; chosenIds: readonly number[]; onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <SplitDialog {...props} />
    </Suspense>
  )
}
