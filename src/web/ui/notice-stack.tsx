import { Check, CircleAlert, X } from 'lucide-react'
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import { useTranslation } from '../texts.tsx'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import type { Notice } from './notice.ts'
import css from './notice-stack.module.css'
import { useClock } from './use-clock.ts'

/**
 * The notices at the foot of the page: polite for what is done, assertive for what failed. What somebody must look at
 * stays until it is looked at, so it has a place of its own, below the page and over nothing of it. What goes by itself
 * is there too where it would cover a form.
 */
export function NoticeStack(props: {
  notices: readonly Notice[]
  onUndo: (notice: Notice) => void
  onDrop: (id: number) => void
}) {
  const { onUndo, onDrop } = props
  const short = useShortHeight()
  const lines = (fits: (notice: Notice) => boolean) =>
    props.notices
      .filter(fits)
      .map(notice => <NoticeLine key={notice.id} notice={notice} onUndo={onUndo} onDrop={onDrop} />)
  const stays = ({ act }: Notice) => act !== undefined
  return (
    <>
      <div ref={short} className={css.stack}>
        <div role="status" aria-live="polite">
          {lines(one => one.tone === 'done' && !stays(one))}
        </div>
        <div role="alert" aria-live="assertive">
          {lines(one => one.tone === 'failed' && !stays(one))}
        </div>
      </div>
      <Standing>{lines(stays)}</Standing>
    </>
  )
}

/** Says on the page how much room the short ones take, with what is left free below them (global.css). */
function useShortHeight() {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current } = box
    const root = document.getElementById('root')
    if (current === null || root === null) return
    const watch = new ResizeObserver(() => {
      const { offsetHeight } = current
      root.style.setProperty('--short-height', `${offsetHeight === 0 ? 0 : offsetHeight + 16}px`)
    })
    watch.observe(current)
    return () => watch.disconnect()
  }, [])
  return box
}

/** Makes the page end above it, as high as it is. */
function Standing(props: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current } = box
    if (current === null) return
    const root = document.documentElement
    const watch = new ResizeObserver(() => {
      root.style.setProperty('--standing-height', `${current.offsetHeight}px`)
    })
    watch.observe(current)
    return () => {
      watch.disconnect()
      root.style.removeProperty('--standing-height')
    }
  }, [])
  return (
    <div ref={box} className={css.standing} role="alert" aria-live="assertive">
      {props.children}
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
