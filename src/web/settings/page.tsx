import type { ReactNode } from 'react'
import css from './page.module.css'

/** One settings page: a title, one sentence, and what can be set. */
export function Page(props: { title: string; hint?: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.words}>
          <h1>{props.title}</h1>
          {props.hint !== undefined && <p className={css.hint}>{props.hint}</p>}
        </div>
        {props.action}
      </header>
      {props.children}
    </div>
  )
}

/** A group of settings on a card of its own. */
export function Card(props: { title?: string; children: ReactNode }) {
  return (
    <section className={css.card}>
      {props.title !== undefined && <h2>{props.title}</h2>}
      {props.children}
    </section>
  )
}

/** Facts in two columns: what, and its value. */
export function Facts(props: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {props.facts.map(([name, value]) => (
        <div key={name} className={css.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
