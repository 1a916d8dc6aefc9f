import { Check, CircleAlert, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from '../texts.tsx'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import type { Notice } from './notice.ts'
import css from './notice-stack.module.css'
import { useClock } from './use-clock.ts'

/** The notices at the foot of the page: polite for what is done, assertive for what failed. */
export function NoticeStack(props: {
  notices: readonly Notice[]
  onUndo: (notice: Notice) => void
  onDrop: (id: number) => void
}) {
  const of = (tone: Notice['tone']) => props.notices.filter(notice => notice.tone === tone)
  return (
    <div className={css.stack}>
      <div role="status" aria-live="polite">
        {of('done').map(notice => (
          <NoticeLine key={notice.id} notice={notice} onUndo={props.onUndo} onDrop={props.onDrop} />
        ))}
      </div>
      <div role="alert" aria-live="assertive">
        {of('failed').map(notice => (
          <NoticeLine key={notice.id} notice={notice} onUndo={props.onUndo} onDrop={props.onDrop} />
        ))}
      </div>
    </div>
  )
}

function NoticeLine(props: {
  notice: Notice
  onUndo: (notice: Notice) => void
  onDrop: (id: number) => void
}) {
  const { t } = useTranslation()
  const { notice, onDrop } = props
  useEffect(() => {
    const timer = window.setTimeout(() => onDrop(notice.id), Math.max(0, notice.untilMs - Date.now()))
    return () => window.clearTimeout(timer)
  }, [notice, onDrop])
  const Icon = notice.tone === 'done' ? Check : CircleAlert
  return (
    <div className={classNames(css.notice, notice.tone === 'failed' && css.failed)}>
      <Icon size={16} strokeWidth={1.75} aria-hidden className={css.icon} />
      <span className={css.text}>
        {notice.text}
        {notice.reference !== undefined && notice.reference !== '' && (
          <span className={css.reference}>{t('fault.code', { code: notice.reference })}</span>
        )}
      </span>
      {notice.undo !== undefined && (
        <button type="button" className={css.undo} onClick={() => props.onUndo(notice)}>
          {t('action.undo')}
          {notice.isCounted === true && <SecondsLeft untilMs={notice.untilMs} />}
        </button>
      )}
      {notice.act !== undefined && <ActButton notice={notice} act={notice.act} onDrop={onDrop} />}
      <IconButton
        icon={X}
        name={t('action.dismiss')}
        className={css.dismiss}
        onClick={() => onDrop(notice.id)}
      />
    </div>
  )
}

function ActButton(props: { notice: Notice; act: NonNullable<Notice['act']>; onDrop: (id: number) => void }) {
  const act = () => {
    props.onDrop(props.notice.id)
    props.act.run()
  }
  return (
    <button type="button" className={css.undo} onClick={act}>
      {props.act.words}
    </button>
  )
}

// Hidden from screen readers: a live region that counts would be read ten times.
function SecondsLeft(props: { untilMs: number }) {
  const nowMs = useClock(250)
  const left = Math.max(0, Math.ceil((props.untilMs - nowMs) / 1000))
  return <span aria-hidden> ({left})</span>
}
