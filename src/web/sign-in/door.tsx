import { type ReactNode, useEffect, useId, useRef } from 'react'
import css from './door.module.css'
import { LanguageChoice } from './language-choice.tsx'

/** The frame of every page before signing in: the product's name, one card, and the language. */
export function Door(props: {
  title: string
  hint?: string | undefined
  children?: ReactNode
  isWide?: boolean
}) {
  const id = useId()
  const card = useRef<HTMLElement>(null)
  // The page is this one form: who has just come can begin to type. After every render, as a form may
  // have to wait for what its link is about.
  useEffect(() => {
    if (document.activeElement === document.body) card.current?.querySelector('input')?.focus()
  })
  return (
    <main className={css.page}>
      <div className={css.brand}>
        <span className={css.logo} aria-hidden />
        Letterdesk
      </div>
      <section ref={card} className={css.card} data-wide={props.isWide} aria-labelledby={id}>
        <h1 id={id}>{props.title}</h1>
        {props.hint !== undefined && <p className={css.hint}>{props.hint}</p>}
        {props.children}
      </section>
      <LanguageChoice />
    </main>
  )
}
