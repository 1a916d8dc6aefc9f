import { AlarmClock, CircleCheck, UserPlus } from 'lucide-react'
import { memo } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { isSnoozable } from '../ticket/offers-panel.ts'
import { useChangeTicket } from '../ticket/use-ticket.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { SnoozeChoices } from '../when/snooze-choices.tsx'
import css from './row-tools.module.css'
import type { PutAway } from './use-inbox-commands.ts'

/**
 * What is done with one row without opening it: closing, snoozing, taking it; what cannot be is not there.
 *
 * @param props `isAsked`: shown at once, not only when Tab comes to it; `isHeld`: its list of times is open
 */
export const RowTools = memo(function RowTools(props: {
  row: TicketRow
  isMarked: boolean
  isHeld: boolean
  isAsked: boolean
  onHold: (isHeld: boolean) => void
  onPutAway: PutAway
}) {
  const { t } = useTranslation()
  const me = useMe()
  const change = useChangeTicket()
  const { row, isHeld, onHold } = props
  const act = (wish: TicketChange) => {
    onHold(false)
    // The button goes with its row; the keys are the list's again.
    document.getElementById('list')?.focus()
    if (props.isMarked) props.onPutAway(row, wish)
    else change(row, wish)
  }
  if (row.isTwin || row.deletedAt !== null) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: of a row, no part of a form
    <div
      role="group"
      aria-label={t('ticket.name', { number: row.number })}
      className={css.tools}
      data-asked={props.isAsked}
    >
      {row.state !== 'closed' && row.state !== 'spam' && (
        <IconButton
          icon={CircleCheck}
          name={t('command.close')}
          command="close"
          className={css.tool}
          onClick={() => act({ state: 'closed' })}
        />
      )}
      {isSnoozable(row) && (
        <SnoozeChoices
          isOpen={isHeld}
          isSnoozed={row.snooze !== null}
          onOpen={onHold}
          onChoose={snooze => act({ snooze })}
          button={
            <IconButton
              icon={AlarmClock}
              name={t('command.snooze')}
              command="snooze"
              className={css.tool}
              aria-expanded={isHeld}
              onClick={() => onHold(!isHeld)}
            />
          }
        />
      )}
      {row.assigneeId !== me.id && (
        <IconButton
          icon={UserPlus}
          name={t('command.assign-me')}
          command="assign-me"
          className={css.tool}
          onClick={() => change(row, { assigneeId: me.id })}
        />
      )}
    </div>
  )
})
