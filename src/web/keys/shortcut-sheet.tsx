import { lazy, Suspense, useRef, useState } from 'react'
import { useCommand, useHeldTyping } from './commands.tsx'

const CommandSheet = lazy(async () => ({ default: (await import('./command-sheet.tsx')).CommandSheet }))

/** The sheet of all keys, opened by its own; closed it leaves the keyboard where it was. */
export function ShortcutSheet() {
  const [isOpen, setIsOpen] = useState(false)
  const before = useRef<Element | null>(null)
  const held = useHeldTyping()
  useCommand('help', () => {
    before.current = document.activeElement
    held.begin()
    setIsOpen(true)
  })
  const close = () => {
    setIsOpen(false)
    if (before.current instanceof HTMLElement) before.current.focus()
  }
  if (!isOpen) return null
  return (
    <Suspense fallback={null}>
      <CommandSheet onClose={close} />
    </Suspense>
  )
}
