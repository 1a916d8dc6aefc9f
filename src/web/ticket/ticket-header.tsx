import { ArrowLeft, CircleCheck, Layers, PanelRight, RotateCcw } from 'lucide-react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import { useCustomerPanel } from '../customer/use-customer-panel.ts'
import { PresenceLine } from '../presence/presence-line.tsx'
import { useTwinMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { AssignPicker, type PanelProps, StatePicker, TagPicker } from './header-pickers.tsx'
import { MailboxPicker } from './mailbox-picker.tsx'
import { MergePicker } from './merge-picker.tsx'
import { PriorityPicker } from './priority-picker.tsx'
import { SnoozePicker } from './snooze-picker.tsx'
import { SplitPanel } from './split-panel.tsx'
import css from './ticket-header.module.css'
import { TicketMenu } from './ticket-menu.tsx'
import { useChangeTicket } from './use-ticket.ts'

type PutAway = (change: TicketChange) => void

/** The head of a ticket: subject, state, assignee and tags, each changed in its place. */
export function TicketHeader(props: PanelProps & { onBack: () => void; onPutAway: PutAway }) {
  const { t } = useTranslation()
  const { ticket } = props
  const others = useTwinMailboxes(ticket)
  const panel = useCustomerPanel()
  return (
    <header className={css.header}>
      <div className={css.top}>
        <IconButton
          icon={ArrowLeft}
          name={t('command.back')}
          command="back"
          className={css.back}
          onClick={props.onBack}
        />
        <h1 className={css.subject} title={ticket.subject}>
          {ticket.subject === '' ? t('ticket.noSubject') : ticket.subject}
        </h1>
        <span className={css.number}>#{ticket.number}</span>
        <MailboxPicker ticket={ticket} panel={props.panel} onPanel={props.onPanel} />
        {others.map(one => (
          <span key={one.id} className={css.mailbox} title={one.address}>
            <MailboxMark colour={one.colour} name={one.name} />
            <span className={css.mailboxName}>{one.name}</span>
          </span>
        ))}
      </div>
      <div className={css.tools} data-tools>
        <StatePicker {...props} />
        <AssignPicker {...props} />
        <TagPicker {...props} />
        <PriorityPicker {...props} />
        <PresenceLine number={ticket.number} />
        <span className={css.gap} />
        <MergePicker {...props} />
        <SplitPanel {...props} />
        <SnoozePicker {...props} />
        <IconButton
          icon={PanelRight}
          name={t('command.customer')}
          command="customer"
          isPressed={panel.isOpen}
          onClick={panel.toggle}
        />
        {!ticket.isTwin && <DoneButton ticket={ticket} onPutAway={props.onPutAway} />}
        <TicketMenu {...props} />
      </div>
      {ticket.isStorm && (
        <p className={css.storm}>
          <Layers size={14} strokeWidth={2} aria-hidden />
          <span>{t('ticket.stormHint')}</span>
        </p>
      )}
    </header>
  )
}

// One button, so that it keeps the focus when its ticket is closed or opened again.
function DoneButton({ ticket, onPutAway }: Pick<PanelProps, 'ticket'> & { onPutAway: PutAway }) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const isDone = ticket.state === 'closed' || ticket.state === 'spam'
  return isDone ? (
    <IconButton
      icon={RotateCcw}
      name={t('command.reopen')}
      command="reopen"
      onClick={() => change(ticket, { state: 'open' })}
    />
  ) : (
    <IconButton
      icon={CircleCheck}
      name={t('command.close')}
      command="close"
      onClick={() => onPutAway({ state: 'closed' })}
    />
  )
}
