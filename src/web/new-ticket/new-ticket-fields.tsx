import { type HTMLAttributes, useId } from 'react'
import type { NewTicketHead } from '../../shared/new-tickets.ts'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import css from './new-ticket.module.css'

/** The mailbox a ticket is begun in; of a mail also the address it comes from. */
export function MailboxField(props: {
  head: NewTicketHead
  onChoose: (chosen: Pick<NewTicketHead, 'mailboxId' | 'from'>) => void
  withAliases?: boolean
}) {
  const { t } = useTranslation()
  const id = useId()
  const mailboxes = useMailboxes().data ?? []
  const { head } = props
  const options = mailboxes.flatMap(({ id: mailboxId, name, address, aliases }) => [
    { mailboxId, from: null, words: `${name} <${address}>` },
    ...(props.withAliases === true
      ? aliases.map(alias => ({ mailboxId, from: alias, words: `${name} <${alias}>` }))
      : []),
  ])
  const at = options.findIndex(one => one.mailboxId === head.mailboxId && one.from === head.from)
  const own = options.findIndex(one => one.mailboxId === head.mailboxId)
  return (
    <div className={css.field}>
      <label htmlFor={id}>{t(props.withAliases === true ? 'details.from' : 'newTicket.mailbox')}</label>
      <select
        id={id}
        className={css.select}
        value={Math.max(0, at === -1 ? own : at)}
        onChange={event => {
          const chosen = options[Number(event.target.value)]
          if (chosen !== undefined) props.onChoose({ mailboxId: chosen.mailboxId, from: chosen.from })
        }}
      >
        {options.map((one, place) => (
          <option key={one.words} value={place}>
            {one.words}
          </option>
        ))}
      </select>
    </div>
  )
}

/** One line of text under its name. */
export function TextField(props: {
  id?: string
  label: string
  value: string
  maxLength: number
  type?: 'text' | 'tel' | 'email'
  inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  onChange: (value: string) => void
}) {
  const own = useId()
  const id = props.id ?? own
  return (
    <div className={css.field}>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        className={css.input}
        type={props.type ?? 'text'}
        autoComplete="off"
        dir="auto"
        maxLength={props.maxLength}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      />
    </div>
  )
}
