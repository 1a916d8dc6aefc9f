import css from './mailbox-mark.module.css'

/** The colour of a mailbox with its letter, as colour alone tells nothing to some. */
export function MailboxMark(props: { colour: number; name: string }) {
  return (
    <span className={css.mark} data-colour={props.colour} aria-hidden>
      {[...props.name][0]?.toLocaleUpperCase()}
    </span>
  )
}
