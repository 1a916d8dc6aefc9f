import { FolderInput } from 'lucide-react'
import { useState } from 'react'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Picker } from '../ui/picker.tsx'
import { madeOf, NEW_TICKET, useNewTicketChoice, useTicketChoices } from './ticket-choices.tsx'
import { usePlacing } from './use-placing.ts'

/** Moves one message out of its ticket: into a new one, which is the first choice, or into another. */
export function MoveMessage(props: { message: Message; ticket: Ticket }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const choices = [useNewTicketChoice(), ...useTicketChoices(props.ticket, isOpen)]
  const { move } = usePlacing()
  return (
    <Picker
      name={t('move.to')}
      choices={choices}
      isOpen={isOpen}
      onOpen={setIsOpen}
      onChoose={id => void move(props.message.id, id === NEW_TICKET ? null : Number(id))}
      make={typed =>
        choices.some(choice => choice.id === typed.replace('#', '')) ? undefined : madeOf(typed)
      }
      button={<IconButton icon={FolderInput} name={t('move.message')} onClick={() => setIsOpen(!isOpen)} />}
    />
  )
}
