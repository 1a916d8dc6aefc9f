import { useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { Picker } from '../ui/picker.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { madeOf, useTicketChoices } from './ticket-choices.tsx'
import css from './ticket-header.module.css'

/** Chooses the ticket to merge into, opened by its key or from the menu of the head, then shows what would happen. */
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
        // Only a place to hang the list on: the menu and the key open it.
        button={<button type="button" className={css.anchor} tabIndex={-1} aria-hidden />}
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
