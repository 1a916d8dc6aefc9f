import { lazy, Suspense, useState } from 'react'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'

const MergePeople = lazy(async () => ({ default: (await import('./merge-people.tsx')).MergePeople }))

/** Beside a ticket: the command that makes its customer and another one person. */
export function MergePeopleLayer(props: { number: number }) {
  const held = useHeldTyping()
  const [isOpen, setIsOpen] = useState(false)
  useCommand('merge-customer', () => {
    held.begin()
    setIsOpen(true)
  })
  if (!isOpen) return null
  return (
    <Suspense fallback={null}>
      <MergePeople number={props.number} onClose={() => setIsOpen(false)} />
    </Suspense>
  )
}
