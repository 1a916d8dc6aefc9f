import { Modal } from '@mantine/core'
import { useTranslation } from '../texts.tsx'
import type { Entry } from './find-entries.ts'
import { PaletteList } from './palette-list.tsx'

/** The layer of the palette while it is open. */
export function PaletteLayer(props: {
  begun: string
  onClose: () => void
  onChoose: (entry: Entry) => void
}) {
  const { t } = useTranslation()
  return (
    <Modal.Root
      opened
      onClose={props.onClose}
      returnFocus={false}
      size={560}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('command.palette')}>
        <Modal.Body p={0}>
          <PaletteList begun={props.begun} onChoose={props.onChoose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
