import { AlarmClock, AlarmClockOff } from 'lucide-react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { SnoozeChoices } from '../when/snooze-choices.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { isSnoozable } from './offers-panel.ts'

/** Puts the ticket away until a time or until its customer writes, or brings it back. */
export function SnoozePicker(props: PanelProps & { onPutAway: (change: TicketChange) => void }) {
  const { t } = useTranslation()
  const { ticket } = props
  if (!isSnoozable(ticket)) return null
  const isOpen = props.panel === 'snooze'
  const isSnoozed = ticket.snooze !== null
  return (
    <SnoozeChoices
      isOpen={isOpen}
      isSnoozed={isSnoozed}
      again={againUntil(ticket)}
      onOpen={opens => props.onPanel(opens ? 'snooze' : undefined)}
      onChoose={snooze => props.onPutAway({ snooze })}
      button={
        <IconButton
          icon={isSnoozed ? AlarmClockOff : AlarmClock}
          name={t('command.snooze')}
          command="snooze"
          onClick={() => props.onPanel(isOpen ? undefined : 'snooze')}
        />
      }
    />
  )
}

/** The time a mail of the customer woke it before: an "ok" need not change when it is looked at. */
function againUntil({ events, snooze }: Ticket): Date | undefined {
  const last = events.findLast(event => event.kind === 'woken' || event.kind === 'snoozed')
  if (snooze !== null || last?.kind !== 'woken' || last.data.by !== 'customer') return undefined
  const until = typeof last.data.until === 'string' ? new Date(last.data.until) : undefined
  return until !== undefined && until.getTime() > Date.now() ? until : undefined
}
