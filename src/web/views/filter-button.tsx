import { ListFilter } from 'lucide-react'
import { useState } from 'react'
import type { FilterPart } from '../../shared/ticket-filter.ts'
import type { ListPlace } from '../inbox/place.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Picker } from '../ui/picker.tsx'
import { FILTER_PARTS, withoutEmpty } from './filter-search.ts'

const ID = 'list-filter'

/** Where one goes on when a chip is gone. */
export function focusFilterButton(): void {
  document.getElementById(ID)?.querySelector('button')?.focus()
}

/** Narrows the list: which part of a filter to set. Backspace in the empty field takes the last one back. */
export function FilterButton(props: { place: ListPlace; onEdit: (part: FilterPart) => void }) {
  const { t } = useTranslation()
  const { filter, viewId, mailboxId, narrow } = props.place
  const [isOpen, setIsOpen] = useState(false)
  const [returnsFocus, setReturnsFocus] = useState(true)
  const held = useHeldTyping()
  const open = (isWanted: boolean) => {
    if (isWanted) {
      held.begin()
      setReturnsFocus(true)
    }
    setIsOpen(isWanted)
  }
  useCommand('filter', () => open(true))
  const last = FILTER_PARTS.findLast(part => filter[part] !== undefined)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears what is typed in the field of the list
    <span
      id={ID}
      onKeyDown={event => {
        const isEmpty = event.target instanceof HTMLInputElement && event.target.value === ''
        if (event.key !== 'Backspace' || !isEmpty || last === undefined) return
        narrow(withoutEmpty({ ...filter, [last]: undefined }), { viewId, mailboxId })
      }}
    >
      <Picker
        name={t('command.filter')}
        button={
          <IconButton
            icon={ListFilter}
            name={t('command.filter')}
            command="filter"
            onClick={() => open(!isOpen)}
          />
        }
        choices={FILTER_PARTS.map(part => ({
          id: part,
          words: t(`filter.part.${part}`),
          isChosen: filter[part] !== undefined,
        }))}
        isOpen={isOpen}
        onOpen={open}
        returnsFocus={returnsFocus}
        onChoose={part => {
          // Until the field of its values is there.
          held.begin()
          setReturnsFocus(false)
          props.onEdit(part as FilterPart)
        }}
      />
    </span>
  )
}
