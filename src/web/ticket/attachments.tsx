import { Paperclip } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AttachmentInfo, downloadAttachment } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { sizeWords } from '../ui/format-time.ts'
import { plainName } from '../ui/plain-name.ts'
import css from './attachments.module.css'

/**
 * The files of a message as downloads. Pictures that show in the body, signature logos and what only
 * programs read wait behind one button: nothing that came is out of reach.
 */
export function Attachments(props: { attachments: readonly AttachmentInfo[]; hasHtml: boolean }) {
  const { t } = useTranslation()
  const [showsAll, setShowsAll] = useState(false)
  const isFolded = (file: AttachmentInfo): boolean => file.isMinor || (file.isInline && props.hasHtml)
  const folded = props.attachments.filter(isFolded)
  const files = [...props.attachments.filter(file => !isFolded(file)), ...(showsAll ? folded : [])]
  if (props.attachments.length === 0) return null
  return (
    <div className={css.all}>
      {files.length > 0 && (
        <ul className={css.files} aria-label={t('message.attachments')}>
          {files.map(file => (
            <li key={file.id}>
              <FileLink file={file} />
            </li>
          ))}
        </ul>
      )}
      {folded.length > 0 && (
        <button
          type="button"
          className={css.more}
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        >
          <Paperclip size={14} strokeWidth={1.75} aria-hidden />
          {showsAll ? t('message.hideMinorFiles') : t('message.minorFiles', { count: folded.length })}
        </button>
      )}
    </div>
  )
}

function FileLink(props: { file: AttachmentInfo }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const { file } = props
  return (
    <a
      className={css.file}
      href={apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })}
      download={plainName(file.filename)}
    >
      <Paperclip size={14} strokeWidth={1.75} aria-hidden />
      <span className={css.name}>{plainName(file.filename) || t('message.unnamedFile')}</span>
      <span className={css.size}>{sizeWords(file.sizeBytes, i18n.language)}</span>
    </a>
  )
}
