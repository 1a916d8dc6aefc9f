import { Merge } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/icon-button.tsx'
import { Picker } from '../ui/picker.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { madeOf, useTicketChoices } from './ticket-choices.tsx'

/** Chooses the ticket to merge into, then shows what would happen. */
export function MergePicker(props: PanelProps) {
  const { t } = useTranslation()
  const { ticket } = props
  const isOpen = props.panel === 'merge'
  const choices = useTicketChoices(ticket, isOpen)
  const [pair, setPair] = useState<{ number: number; into: number }>()
  return (
    <>
      <Picker
        name={t('command.merge')}
        choices={choices}
        isOpen={isOpen}
        onOpen={opens => props.onPanel(opens ? 'merge' : undefined)}
        onChoose={id => setPair({ number: ticket.number, into: Number(id) })}
        make={typed =>
          choices.some(choice => choice.id === typed.replace('#', '')) ? undefined : madeOf(typed)
        }
        button={
          <IconButton
            icon={Merge}
            name={t('command.merge')}
            command="merge"
            onClick={() => props.onPanel(isOpen ? undefined : 'merge')}
          />
        }
      />
      {pair !== undefined && (
        <MergeDialog
          {...pair}
          onSwap={() => setPair({ number: pair.into, into: pair.number })}
          onClose={() => setPair(undefined)}
        />
      )}
    </>
  )
}
