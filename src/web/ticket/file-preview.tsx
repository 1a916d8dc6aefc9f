import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Download } from 'lucide-react'
import { type KeyboardEvent, lazy, Suspense, useState } from 'react'
import { type AttachmentInfo, downloadAttachment } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { plainName } from '../ui/plain-name.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './file-preview.module.css'
import { decodeText, previewKindOf } from './preview-kind.ts'

const PdfPreview = lazy(() => import('./pdf-preview.tsx'))

/** Files to look at, one after the other: arrow keys turn, Esc closes. `at` is the one shown, undefined: none. */
export function FilePreview(props: {
  files: readonly AttachmentInfo[]
  at: number | undefined
  onAt: (at: number | undefined) => void
}) {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const { files, at, onAt } = props
  const file = at === undefined ? undefined : files[at]
  const turn = (step: number) => {
    if (at !== undefined) onAt((at + step + files.length) % files.length)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step !== undefined) turn(step)
  }
  const name = file === undefined ? '' : plainName(file.filename) || t('message.unnamedFile')
  return (
    <Modal
      opened={file !== undefined}
      onClose={() => onAt(undefined)}
      onKeyDown={onKeyDown}
      title={name}
      size="min(1100px, 100%)"
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      {file !== undefined && (
        <>
          <div className={css.stage} key={file.id} data-stage>
            <Content file={file} name={name} />
          </div>
          <div className={css.foot}>
            {files.length > 1 && (
              <>
                <IconButton icon={ChevronLeft} name={t('preview.previous')} onClick={() => turn(-1)} />
                <span className={css.count}>
                  {t('preview.count', { at: (at ?? 0) + 1, total: files.length })}
                </span>
                <IconButton icon={ChevronRight} name={t('preview.next')} onClick={() => turn(1)} />
              </>
            )}
            <a
              className={css.download}
              href={apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })}
              download={plainName(file.filename)}
            >
              <Download size={16} strokeWidth={1.75} aria-hidden />
              {t('preview.download')}
            </a>
          </div>
        </>
      )}
    </Modal>
  )
}

function Content({ file, name }: { file: AttachmentInfo; name: string }) {
  const { appBase } = useApi()
  const kind = previewKindOf(file)
  if (kind === 'text') return <Text file={file} />
  if (kind === 'picture') return <Picture file={file} name={name} />
  const url = apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })
  return (
    <Suspense fallback={<Skeleton rows={3} />}>
      <PdfPreview url={url} ifBroken={<CannotShow />} />
    </Suspense>
  )
}

function Picture(props: { file: AttachmentInfo; name: string }) {
  const { appBase } = useApi()
  const [isBroken, setIsBroken] = useState(false)
  if (isBroken) return <CannotShow />
  return (
    <img
      className={css.picture}
      src={apiUrl(appBase, downloadAttachment.path, { params: { id: props.file.id } })}
      alt={props.name}
      onError={() => setIsBroken(true)}
    />
  )
}

function Text(props: { file: AttachmentInfo }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const url = apiUrl(appBase, downloadAttachment.path, { params: { id: props.file.id } })
  const text = useQuery({
    queryKey: ['file-text', props.file.id],
    queryFn: async () => {
      const answer = await fetch(url, { credentials: 'same-origin' })
      if (!answer.ok) throw new Error(`${answer.status} for an attachment`)
      return decodeText(new Uint8Array(await answer.arrayBuffer()), i18n.language)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (text.isError) return <CannotShow />
  if (text.data === undefined) return <Skeleton rows={3} />
  if (text.data.trim() === '') return <p className={css.cannot}>{t('preview.empty')}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long texts are scrolled by keys
    <pre className={css.text} dir="auto" tabIndex={0}>
      {text.data}
    </pre>
  )
}

function CannotShow() {
  const { t } = useTranslation()
  return <p className={css.cannot}>{t('preview.cannot')}</p>
}
