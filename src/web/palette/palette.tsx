import { Modal } from '@mantine/core'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import type { Entry } from './find-entries.ts'
import { countUse } from './uses.ts'

const PaletteList = lazy(async () => ({ default: (await import('./palette-list.tsx')).PaletteList }))

/** Every action, place, person and tag in one list, opened by Mod+K: type to narrow, Enter does it. */
export function Palette() {
  const { t } = useTranslation()
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
  return (
    <Modal.Root
      opened={isOpen}
      onClose={close}
      returnFocus={false}
      size={560}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('command.palette')}>
        <Modal.Body p={0}>
          <Suspense fallback={null}>
            <PaletteList onChoose={choose} />
          </Suspense>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
