import { lazy, Suspense, useRef, useState } from 'react'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import type { Entry } from './find-entries.ts'
import { countUse } from './uses.ts'

const PaletteLayer = lazy(async () => ({ default: (await import('./palette-layer.tsx')).PaletteLayer }))

/** Every action, place, person and tag in one list, opened by Mod+K: type to narrow, Enter does it. */
export function Palette() {
  const [begun, setBegun] = useState<string>()
  const before = useRef<Element | null>(null)
  const held = useHeldTyping()
  const open = (text: string) => {
    before.current = document.activeElement
    if (before.current instanceof HTMLElement) before.current.blur() // what is typed from here on is for the palette
    held.begin()
    setBegun(text)
  }
  useCommand('palette', () => open(''))
  useCommand('actions', () => open('> '))
  const close = () => {
    setBegun(undefined)
    const { current } = before
    if (current instanceof HTMLElement) window.requestAnimationFrame(() => current.focus())
  }
  // What is chosen may move the focus itself, or open a layer: it comes once this one is gone.
  const choose = (entry: Entry) => {
    setBegun(undefined)
    countUse(entry.id)
    held.begin() // the next letter is for the field that may come by it, and never a command
    window.requestAnimationFrame(() => held.during(entry.run))
  }
  if (begun === undefined) return null
  return (
    <Suspense fallback={null}>
      <PaletteLayer begun={begun} onClose={close} onChoose={choose} />
    </Suspense>
  )
}
