import { FolderInput, Split } from 'lucide-react'
import { useState } from 'react'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { type Choice, Picker } from '../ui/picker.tsx'
import { SplitLayer } from './split-layer.tsx'
import { splittable } from './splittable.ts'
import { madeOf, NEW_TICKET, useNewTicketChoice, useTicketChoices } from './ticket-choices.tsx'
import { usePlacing } from './use-placing.ts'

const SEVERAL = 'several'

/** Moves one message out of its ticket: into a new one, which is the first choice, alone or with others, or into another. */
export function MoveMessage(props: { message: Message; ticket: Ticket }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const [isSplitting, setIsSplitting] = useState(false)
  const several: Choice = { id: SEVERAL, words: t('move.several'), mark: <Split size={14} aria-hidden /> }
  const choices = [
    useNewTicketChoice(),
    ...(splittable(props.ticket).length > 2 ? [several] : []),
    ...useTicketChoices(props.ticket, isOpen),
  ]
  const { move } = usePlacing()
  return (
    <>
      <Picker
        name={t('move.to')}
        choices={choices}
        isOpen={isOpen}
        onOpen={setIsOpen}
        onChoose={id => {
          if (id === SEVERAL) setIsSplitting(true)
          else void move(props.message.id, id === NEW_TICKET ? null : Number(id))
        }}
        make={typed =>
          choices.some(choice => choice.id === typed.replace('#', '')) ? undefined : madeOf(typed)
        }
        button={<IconButton icon={FolderInput} name={t('move.message')} onClick={() => setIsOpen(!isOpen)} />}
      />
      {isSplitting && (
        <SplitLayer
          ticket={props.ticket}
          chosenIds={[props.message.id]}
          onClose={() => setIsSplitting(false)}
        />
      )}
    </>
  )
}
