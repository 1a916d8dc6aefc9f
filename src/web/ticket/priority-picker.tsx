import { TICKET_PRIORITIES, type TicketPriority } from '../../shared/vocabulary.ts'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import { type Choice, Picker } from '../ui/picker.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { PRIORITY_ICONS } from './priority-icons.ts'
import css from './ticket-header.module.css'
import { useChangeTicket } from './use-ticket.ts'

/** How urgent the ticket is, and a list to change that; the most urgent first. */
export function PriorityPicker(props: PanelProps) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const ariaKeys = useAriaKeys()
  const { ticket } = props
  const isOpen = props.panel === 'priority'
  const Icon = PRIORITY_ICONS[ticket.priority]
  return (
    <Picker
      name={t('command.priority')}
      choices={() => priorityChoices(word => t(`priority.${word}`), ticket.priority)}
      isOpen={isOpen}
      onOpen={opens => props.onPanel(opens ? 'priority' : undefined)}
      onChoose={id => {
        const priority = TICKET_PRIORITIES.find(word => word === id)
        if (priority !== undefined && priority !== ticket.priority) change(ticket, { priority })
      }}
      button={
        <button
          type="button"
          className={css.tool}
          data-tool="priority"
          data-minor={ticket.priority === 'normal' ? '' : undefined}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-keyshortcuts={ariaKeys('priority')}
          title={t('command.priority')}
          onClick={() => props.onPanel(isOpen ? undefined : 'priority')}
        >
          <Icon size={14} strokeWidth={1.75} aria-hidden />
          <span className={css.words}>{t(`priority.${ticket.priority}`)}</span>
        </button>
      }
    />
  )
}

function priorityChoices(words: (priority: TicketPriority) => string, chosen: TicketPriority): Choice[] {
  return TICKET_PRIORITIES.toReversed().map(priority => {
    const Mark = PRIORITY_ICONS[priority]
    return {
      id: priority,
      words: words(priority),
      mark: <Mark size={14} strokeWidth={1.75} aria-hidden />,
      isChosen: priority === chosen,
    }
  })
}
