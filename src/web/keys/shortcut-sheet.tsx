import { lazy, Suspense, useState } from 'react'
import { useCommand, useHeldTyping } from './commands.tsx'

const CommandSheet = lazy(async () => ({ default: (await import('./command-sheet.tsx')).CommandSheet }))

/** The sheet of all keys, opened by its own. */
export function ShortcutSheet() {
  const [isOpen, setIsOpen] = useState(false)
  const held = useHeldTyping()
  useCommand('help', () => {
    held.begin()
    setIsOpen(true)
  })
  if (!isOpen) return null
  return (
    <Suspense fallback={null}>
      <CommandSheet onClose={() => setIsOpen(false)} />
    </Suspense>
  )
}
