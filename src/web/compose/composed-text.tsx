import { lazy, Suspense } from 'react'
import css from './rich-editor.module.css'
import type { RichEditorProps } from './rich-editor.tsx'

const RichEditor = lazy(() => import('./rich-editor.tsx'))

/** The text of the composer. Its editor comes in a file of its own; meanwhile its place is kept. */
export function ComposedText(props: RichEditorProps) {
  return (
    <Suspense fallback={<div className={css.waiting} aria-busy />}>
      <RichEditor {...props} />
    </Suspense>
  )
}
