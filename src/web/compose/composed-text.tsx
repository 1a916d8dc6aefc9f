import { lazy, Suspense } from 'react'
import css from './rich-editor.module.css'
import type { RichEditorProps } from './rich-editor.tsx'

const load = () => import('./rich-editor.tsx')
const RichEditor = lazy(load)

/** The text of the composer. Its editor comes in a file of its own; meanwhile its place is kept. */
export function ComposedText(props: RichEditorProps) {
  return (
    <Suspense fallback={<div className={css.waiting} aria-busy />}>
      <RichEditor {...props} />
    </Suspense>
  )
}

/** Fetches the editor while the page has nothing else to do, so that the first reply waits for nothing. */
export function fetchEditorSoon(): () => void {
  const fetchNow = () =>
    void load().then(
      () => undefined,
      // Asked for again when the composer opens.
      () => undefined,
    )
  if (typeof window.requestIdleCallback !== 'function') {
    const timer = window.setTimeout(fetchNow, 2_000)
    return () => window.clearTimeout(timer)
  }
  const wish = window.requestIdleCallback(fetchNow, { timeout: 5_000 })
  return () => window.cancelIdleCallback(wish)
}
