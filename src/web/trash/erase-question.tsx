import { lazy, type ReactNode, Suspense, useState } from 'react'
import { isAdmin, useMe } from '../session.ts'

const EraseDialog = lazy(async () => ({ default: (await import('./erase-dialog.tsx')).EraseDialog }))

// As many as are asked for at once.
const MOST_ERASED = 1_000

/**
 * The question before tickets of the Trash are deleted for good, behind a button. Nothing for whom may not, or for more than
 * 1,000.
 *
 * @param props.children the button, given what asks
 */
export function EraseQuestion(props: {
  numbers: readonly number[]
  onErased: () => void
  children: (ask: () => void) => ReactNode
}) {
  const [isAsking, setAsking] = useState(false)
  const { numbers, onErased } = props
  if (!isAdmin(useMe()) || numbers.length > MOST_ERASED) return null
  return (
    <>
      {props.children(() => setAsking(true))}
      {isAsking && (
        <Suspense>
          <EraseDialog numbers={numbers} onClose={() => setAsking(false)} onErased={onErased} />
        </Suspense>
      )}
    </>
  )
}
