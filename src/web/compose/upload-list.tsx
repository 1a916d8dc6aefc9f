import { CircleAlert, Paperclip, X } from 'lucide-react'
import type { Upload } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { faultWords } from '../ui/fault-words.ts'
import { sizeWords } from '../ui/format-time.ts'
import css from './upload-list.module.css'
import type { PendingFile } from './use-uploads.ts'

/** The files of a reply: taken, on their way, or refused with the reason. */
export function UploadList(props: {
  uploads: readonly Upload[]
  pending: readonly PendingFile[]
  onRemove: (id: string) => void
  onDismiss: (key: number) => void
}) {
  const { t, i18n } = useTranslation()
  if (props.uploads.length + props.pending.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('message.attachments')}>
      {props.uploads.map(file => (
        <li key={file.id} className={css.file}>
          <Paperclip size={14} strokeWidth={1.75} aria-hidden />
          <span className={css.name} title={file.filename}>
            {file.filename}
          </span>
          <span>{sizeWords(file.sizeBytes, i18n.language)}</span>
          <RemoveButton filename={file.filename} onClick={() => props.onRemove(file.id)} />
        </li>
      ))}
      {props.pending.map(file =>
        file.error === undefined ? (
          <li key={file.key} className={css.file} data-state="going" role="status">
            <span className={css.name}>{t('compose.uploading', { filename: file.filename })}</span>
          </li>
        ) : (
          <li key={file.key} className={css.file} data-state="refused" role="alert">
            <CircleAlert size={14} strokeWidth={2} aria-hidden />
            <span className={css.words}>
              {file.filename}: {faultWords(t, file.error)}
            </span>
            <RemoveButton filename={file.filename} onClick={() => props.onDismiss(file.key)} />
          </li>
        ),
      )}
    </ul>
  )
}

function RemoveButton(props: { filename: string; onClick: () => void }) {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      className={css.remove}
      aria-label={t('compose.removeFile', { filename: props.filename })}
      onClick={props.onClick}
    >
      <X size={12} aria-hidden />
    </button>
  )
}
