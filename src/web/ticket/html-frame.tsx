import { useComputedColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Fold, Message } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useKeyPress } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { countLines, type FoldView, foldsWorthHaving } from './folds.ts'
import { framed } from './framed.ts'
import css from './html-frame.module.css'
import { FOLD_LINE_MARK, markFolds } from './mark-folds.ts'
import { markLinks } from './mark-links.ts'
import { RemoteImages } from './remote-images-strip.tsx'
import { messageHtmlQuery } from './ticket-queries.ts'

/**
 * A stranger's HTML in a frame of its own: no scripts (the sandbox lacks `allow-scripts`), no remote
 * address (its own content security policy), nothing painted outside of it. Same origin only so that
 * its height can be measured and its keys passed on.
 *
 * @param onFolds told which folds were found in it, so that a button for them makes sense
 * @param onUnfold asked for by a click on the line that stands for a fold
 */
export function HtmlFrame(props: {
  message: Message
  view: FoldView
  onFolds: (folds: readonly Fold[]) => void
  onUnfold: () => void
}) {
  const { t } = useTranslation()
  const html = useMessageHtml(props.message.id)
  const isDark = useComputedColorScheme('light') === 'dark'
  const frame = useRef<HTMLIFrameElement>(null)
  const [heightPx, setHeightPx] = useState(0)
  const [loads, setLoads] = useState(0)
  const press = useKeyPress()
  const latest = useRef(props)
  latest.current = props
  const document = useMemo(
    () => (html.data === undefined ? undefined : framed(html.data, isDark)),
    [html.data, isDark],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: set up once per loaded document
  useEffect(() => {
    const mail = frame.current?.contentDocument
    if (loads === 0 || !mail?.body) return
    const { message } = props
    const words = { text: message.text, folds: foldsWorthHaving(message) }
    props.onFolds(markFolds(mail, words, fold => t('message.folded', { count: linesOf(message, fold) })))
    markLinks(mail, host => t('message.leadsTo', { host }))
    mail.addEventListener('click', event => {
      if (isFoldLine(event.target)) latest.current.onUnfold()
    })
    mail.addEventListener('keydown', press)
    return watchHeight(mail, setHeightPx)
  }, [loads])
  useEffect(() => {
    if (loads > 0) frame.current?.contentDocument?.documentElement.setAttribute('data-folds', props.view)
  }, [loads, props.view])
  if (html.isError) return <Fault error={html.error} onRetry={() => void html.refetch()} />
  if (document === undefined) return <div className={css.waiting} />
  return (
    <>
      <RemoteImages message={props.message} frame={frame} loads={loads} />
      <iframe
        ref={frame}
        className={css.frame}
        data-paper={document.paper}
        title={t('message.body')}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={document.html}
        style={{ height: heightPx }}
        onLoad={() => setLoads(count => count + 1)}
      />
    </>
  )
}

function linesOf(message: Message, fold: Fold): number {
  return countLines(message.text.slice(fold.start, fold.end))
}

// Not instanceof: an element of a frame is of that frame's Element.
function isFoldLine(target: EventTarget | null): boolean {
  return target !== null && 'closest' in target && (target as Element).closest(`[${FOLD_LINE_MARK}]`) !== null
}

// Three thousand lines. What is higher scrolls inside, so that no mail makes the page grow without end.
const MAX_HEIGHT_PX = 75_000

/** Tells how high the frame must be, now and whenever the mail grows or shrinks; returns the way to stop. */
function watchHeight(mail: Document, onHeight: (heightPx: number) => void): () => void {
  const measure = () => {
    const contentPx = Math.ceil(mail.documentElement.getBoundingClientRect().height)
    // For good: a mail that is lower with a scrollbar must not flicker.
    if (contentPx > MAX_HEIGHT_PX) mail.documentElement.setAttribute('data-tall', '')
    onHeight(Math.min(contentPx, MAX_HEIGHT_PX))
  }
  const watch = new ResizeObserver(measure)
  watch.observe(mail.documentElement)
  measure()
  return () => watch.disconnect()
}

function useMessageHtml(messageId: number) {
  const { appBase } = useApi()
  return useQuery(messageHtmlQuery(appBase, messageId))
}
