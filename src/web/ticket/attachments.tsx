import { Download, FileText, Image, Paperclip } from 'lucide-react'
import { useState } from 'react'
import { type AttachmentInfo, downloadAttachment } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { sizeWords } from '../ui/format-time.ts'
import { plainName } from '../ui/plain-name.ts'
import css from './attachments.module.css'
import { FilePreview } from './file-preview.tsx'
import { type PreviewKind, previewKindOf } from './preview-kind.ts'

/**
 * The files of a message, to look at and to download. Pictures that show in the body, signature logos and what only
 * programs read wait behind one button: nothing that came is out of reach.
 */
export function Attachments(props: { attachments: readonly AttachmentInfo[]; hasHtml: boolean }) {
  const { t } = useTranslation()
  const [showsAll, setShowsAll] = useState(false)
  const [at, setAt] = useState<number>()
  const isFolded = (file: AttachmentInfo): boolean => file.isMinor || (file.isInline && props.hasHtml)
  const folded = props.attachments.filter(isFolded)
  const files = [...props.attachments.filter(file => !isFolded(file)), ...(showsAll ? folded : [])]
  const shown = files.filter(file => previewKindOf(file) !== null)
  const lookAt = (file: AttachmentInfo) => {
    const place = shown.indexOf(file)
    return place < 0 ? undefined : () => setAt(place)
  }
  if (props.attachments.length === 0) return null
  return (
    <div className={css.all}>
      <FilePreview files={shown} at={at} onAt={setAt} />
      {files.length > 0 && (
        <ul className={css.files} aria-label={t('message.attachments')}>
          {files.map(file => (
            <li key={file.id}>
              <FileLink file={file} onLook={lookAt(file)} />
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

function FileLink(props: { file: AttachmentInfo; onLook: (() => void) | undefined }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const { file, onLook } = props
  const href = apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })
  const download = plainName(file.filename)
  const name = plainName(file.filename) || t('message.unnamedFile')
  const size = sizeWords(file.sizeBytes, i18n.language)
  const words = (
    <>
      <FileIcon kind={previewKindOf(file)} />
      <span className={css.name}>{name}</span> <span className={css.size}>{size}</span>
    </>
  )
  if (onLook === undefined) {
    return (
      <a className={css.file} href={href} download={download}>
        {words}
      </a>
    )
  }
  return (
    <span className={css.pair}>
      <button
        type="button"
        className={css.file}
        aria-label={t('preview.look', { name: `${name} ${size}` })}
        onClick={onLook}
      >
        {words}
      </button>
      <a
        className={css.download}
        aria-label={t('preview.downloadNamed', { name })}
        href={href}
        download={download}
      >
        <Download size={14} strokeWidth={1.75} aria-hidden />
      </a>
    </span>
  )
}

function FileIcon(props: { kind: PreviewKind | null }) {
  const Other = props.kind === null ? Paperclip : FileText
  const Icon = props.kind === 'picture' ? Image : Other
  return <Icon size={14} strokeWidth={1.75} aria-hidden />
}
