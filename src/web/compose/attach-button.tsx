import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/** Chooses files to go along; the same ones may be chosen again. */
export function AttachButton(props: { onAttach: (files: readonly File[]) => void }) {
  const { t } = useTranslation()
  const files = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        onChange={event => {
          props.onAttach([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <IconButton icon={Paperclip} name={t('compose.attach')} onClick={() => files.current?.click()} />
    </>
  )
}
