import css from './avatar.module.css'
import { classNames } from './class-names.ts'

/** The initials of a person in a small circle. Decorative: the name stands beside it or in `title`. */
export function Avatar(props: { name: string; isSmall?: boolean; title?: string }) {
  return (
    <span className={classNames(css.avatar, props.isSmall && css.small)} title={props.title} aria-hidden>
      {initialsOf(props.name)}
    </span>
  )
}

/** At most two initials: of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : [words.at(0)]
  return ends.map(word => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('')
}
