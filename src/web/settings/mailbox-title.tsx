import { Link } from '@tanstack/react-router'
import type { Mailbox } from '../../shared/mailboxes.ts'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import css from './page.module.css'

/** How a line about a mailbox begins: its mark, its name that leads to its page, and its address. */
export function MailboxTitle({ mailbox }: { mailbox: Pick<Mailbox, 'id' | 'name' | 'address' | 'colour'> }) {
  return (
    <>
      <MailboxMark colour={mailbox.colour} name={mailbox.name} />
      <div className={css.main}>
        <Link to="/settings/mailboxes/$id" params={{ id: String(mailbox.id) }} className={css.title}>
          {mailbox.name}
        </Link>
        <p className={css.sub}>{mailbox.address}</p>
      </div>
    </>
  )
}
