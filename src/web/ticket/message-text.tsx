import { Fragment, useMemo } from 'react'
import { linkify } from '../ui/linkify.ts'
import css from './message-text.module.css'

/** Plain text of a mail or note: as written, with safe links. Never HTML. */
export function MessageText(props: { text: string; language?: string | null }) {
  const parts = useMemo(() => linkify(props.text), [props.text])
  return (
    <div className={css.text} dir="auto" lang={props.language ?? undefined}>
      {parts.map((part, place) =>
        part.href === undefined ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <Fragment key={place}>{part.text}</Fragment>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <a key={place} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ),
      )}
    </div>
  )
}
