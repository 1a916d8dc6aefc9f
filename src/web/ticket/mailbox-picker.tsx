import type { Ticket } from '../../shared/tickets.ts'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useMailbox, useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { Picker } from '../ui/picker.tsx'
import type { OpenPanel } from './header-pickers.tsx'
import { fittingMailboxes } from './offers-panel.ts'
import css from './ticket-header.module.css'
import { useChangeTicket } from './use-ticket.ts'

/** The mailbox a ticket is in; where the agent has others of its kind, a list to move it to one of them. */
export function MailboxPicker(props: {
  ticket: Ticket
  panel: OpenPanel
  onPanel: (panel: OpenPanel) => void
}) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const ariaKeys = useAriaKeys()
  const { ticket } = props
  const mailbox = useMailbox(ticket.mailboxId)
  const all = useMailboxes().data ?? []
  if (mailbox === undefined) return null
  const fitting = fittingMailboxes(ticket, all)
  const mark = <MailboxMark colour={mailbox.colour} name={mailbox.name} />
  const words = <span className={css.mailboxName}>{mailbox.name}</span>
  if (fitting.length < 2) {
    return (
      <span className={css.mailbox} title={mailbox.address}>
        {mark}
        {words}
      </span>
    )
  }
  const isOpen = props.panel === 'mailbox'
  return (
    <Picker
      name={t('command.mailbox')}
      choices={() =>
        fitting.map(other => ({
          id: String(other.id),
          words: other.name,
          mark: <MailboxMark colour={other.colour} name={other.name} />,
          isChosen: other.id === mailbox.id,
        }))
      }
      isOpen={isOpen}
      onOpen={opens => props.onPanel(opens ? 'mailbox' : undefined)}
      onChoose={id => Number(id) !== mailbox.id && change(ticket, { mailboxId: Number(id) })}
      button={
        <button
          type="button"
          className={css.mailbox}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-keyshortcuts={ariaKeys('mailbox')}
          title={mailbox.address}
          onClick={() => props.onPanel(isOpen ? undefined : 'mailbox')}
        >
          <span className="visually-hidden">{t('command.mailbox')} </span>
          {mark}
          {words}
        </button>
      }
    />
  )
}
