import { Link } from '@tanstack/react-router'
import { SquarePen } from 'lucide-react'
import { useKeptNewTicket } from '../new-ticket/use-new-ticket.ts'
import { useTranslation } from '../texts.tsx'
import css from './new-ticket-draft.module.css'
import type { ListPlace } from './place.ts'

/** Above the drafts on tickets, and in no other list: the one of a ticket that is not begun yet. */
export function NewTicketDraft(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const isShown = props.place.queue === 'drafts'
  const draft = useKeptNewTicket(isShown)
  if (!isShown || draft?.head == null) return null
  const { kind, subject, name } = draft.head
  const about = [draft.to?.join(', ') ?? '', name, subject, draft.text.slice(0, 100)].find(
    part => part.trim() !== '',
  )
  const { queue, mailboxId } = props.place
  return (
    <Link
      to="/queue/$queue/new"
      params={{ queue }}
      search={mailboxId === undefined ? {} : { mailbox: mailboxId }}
      className={css.draft}
    >
      <SquarePen size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.words}>
        <span className={css.kind}>{t(`newTicket.${kind}`)}</span>
        <span className={css.about}>{about}</span>
      </span>
    </Link>
  )
}
