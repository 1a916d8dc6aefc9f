import { lazy, Suspense, useRef, useState } from 'react'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import type { Entry } from './find-entries.ts'
import { countUse } from './uses.ts'

const PaletteLayer = lazy(async () => ({ default: (await import('./palette-layer.tsx')).PaletteLayer }))

/** Every action, place, person and tag in one list, opened by Mod+K: type to narrow, Enter does it. */
export function Palette() {
  const [isOpen, setIsOpen] = useState(false)
  const before = useRef<Element | null>(null)
  const held = useHeldTyping()
  useCommand('palette', () => {
    before.current = document.activeElement
    if (before.current instanceof HTMLElement) before.current.blur() // what is typed from here on is for the palette
    held.begin()
    setIsOpen(true)
  })
  const close = () => {
    setIsOpen(false)
    const { current } = before
    if (current instanceof HTMLElement) window.requestAnimationFrame(() => current.focus())
  }
  // What is chosen may move the focus itself, or open a layer: it comes once this one is gone.
  const choose = (entry: Entry) => {
    setIsOpen(false)
    countUse(entry.id)
    window.requestAnimationFrame(entry.run)
  }
  if (!isOpen) return null
  return (
    <Suspense fallback={null}>
      <PaletteLayer onClose={close} onChoose={choose} />
    </Suspense>
  )
}
