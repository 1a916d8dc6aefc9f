import type { MarkedText } from '../../shared/search.ts'
import css from './search.module.css'

/** A text with what was looked for in it; of strangers, so as text and on its own side of the line. */
export function Marked(props: { of: MarkedText; className?: string | undefined }) {
  const { text, marks } = props.of
  let at = 0
  const parts = marks.flatMap(({ start, end }) => {
    const before = text.slice(at, start)
    at = end
    return [
      before,
      <mark key={start} className={css.mark}>
        {text.slice(start, end)}
      </mark>,
    ]
  })
  return (
    <bdi className={props.className}>
      {parts}
      {text.slice(at)}
    </bdi>
  )
}
