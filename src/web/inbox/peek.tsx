import { lazy, Suspense, useEffect, useState } from 'react'
import { useCommand } from '../keys/commands.tsx'
import type { Place } from './place.ts'

const PeekCard = lazy(async () => ({ default: (await import('./peek-card.tsx')).PeekCard }))

/** A look at the marked ticket that leaves the list where it is, and the ticket unread: on by Space, off by it or Esc. */
export function Peek(props: { place: Pick<Place, 'number' | 'isNew'>; cursor: number | undefined }) {
  const [isOn, setOn] = useState(false)
  const { place, cursor } = props
  const number = place.number === undefined && !place.isNew ? cursor : undefined
  const isGone = number === undefined
  useCommand('peek', isGone ? undefined : () => setOn(!isOn))
  useCommand('leave', isOn && !isGone ? () => setOn(false) : undefined, { goesFirst: true })
  useEffect(() => {
    if (isGone) setOn(false)
  }, [isGone])
  if (!isOn || isGone) return null
  return (
    <Suspense fallback={null}>
      <PeekCard number={number} />
    </Suspense>
  )
}
