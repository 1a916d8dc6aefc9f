import { Paperclip } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type AttachmentInfo, downloadAttachment } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { sizeWords } from '../ui/format-time.ts'
import { plainName } from '../ui/plain-name.ts'
import css from './attachments.module.css'

/** The files of a message as downloads. Inline pictures show in the body; they are listed only where it is text. */
export function Attachments(props: { attachments: readonly AttachmentInfo[]; hasHtml: boolean }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const files = props.attachments.filter(file => !(file.isInline && props.hasHtml))
  if (files.length === 0) return null
  return (
    <ul className={css.files} aria-label={t('message.attachments')}>
      {files.map(file => (
        <li key={file.id}>
          <a
            className={css.file}
            href={apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })}
            download={plainName(file.filename)}
          >
            <Paperclip size={14} strokeWidth={1.75} aria-hidden />
            <span className={css.name}>{plainName(file.filename) || t('message.unnamedFile')}</span>
            <span className={css.size}>{sizeWords(file.sizeBytes, i18n.language)}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
