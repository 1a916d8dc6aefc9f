import { Popover } from '@mantine/core'
import { type KeyboardEvent, type ReactElement, useState } from 'react'
import type { KnownCustomer } from '../../shared/customers.ts'
import { useCustomersLike } from '../customer/use-customers-like.ts'
import { useTranslation } from '../texts.tsx'
import { useListKeys } from '../ui/use-list-keys.ts'
import css from './suggested.module.css'

/** What a text field needs to have a list of suggestions below it. */
type ComboboxProps = {
  role: 'combobox'
  autoComplete: 'off'
  'aria-autocomplete': 'list'
  'aria-expanded': boolean
  'aria-controls': string | undefined
  'aria-activedescendant': string | undefined
  onKeyDown: (event: KeyboardEvent) => void
}

/**
 * Known customers below a field while somebody is typed into it: arrows move, Enter or a click takes one, Esc puts
 * the list away. Without a list its keys are the field's own.
 *
 * @param typed what is looked for; '' looks for nothing
 * @param isWhole what is typed needs nobody's help: Enter then takes one only after an arrow
 */
export function Suggested(props: {
  typed: string
  isWhole?: boolean
  exceptFor?: readonly string[]
  onlyAddressed?: boolean
  onChoose: (customer: KnownCustomer) => void
  children: (combobox: ComboboxProps) => ReactElement
}) {
  const { t } = useTranslation()
  const found = useCustomersLike(props.typed)
  const [passed, setPassed] = useState<string>()
  const [hasMoved, setHasMoved] = useState(false)
  const shown = found.filter(
    ({ address }) =>
      (address !== null || props.onlyAddressed !== true) && !(props.exceptFor ?? []).includes(address ?? ''),
  )
  const isOpen = shown.length > 0 && passed !== props.typed
  const choose = (at: number) => {
    const customer = shown[at]
    setHasMoved(false)
    setPassed(props.typed)
    if (customer !== undefined) props.onChoose(customer)
  }
  const keys = useListKeys(shown.length, choose, () => setPassed(props.typed))
  const onKeyDown = (event: KeyboardEvent) => {
    const isTaking =
      event.key === 'Enter' && (props.isWhole !== true || hasMoved) && !event.ctrlKey && !event.metaKey
    const isOurs = ['ArrowDown', 'ArrowUp', 'Escape'].includes(event.key) || isTaking
    if (!isOpen || !isOurs) return
    setHasMoved(event.key.startsWith('Arrow'))
    keys.onKeyDown(event)
  }
  return (
    <Popover opened={isOpen} position="bottom-start" width={340} withRoles={false} shadow="none" radius={10}>
      <Popover.Target>
        {props.children({
          role: 'combobox',
          autoComplete: 'off',
          'aria-autocomplete': 'list',
          'aria-expanded': isOpen,
          'aria-controls': isOpen ? keys.listId : undefined,
          'aria-activedescendant': isOpen ? keys.optionId(keys.at) : undefined,
          onKeyDown,
        })}
      </Popover.Target>
      <Popover.Dropdown p={4}>
        {isOpen && (
          <div
            role="listbox"
            data-offer
            id={keys.listId}
            aria-label={t('suggest.customers')}
            className={css.list}
          >
            {shown.map((customer, at) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
              <div
                key={`${customer.id} ${customer.address}`}
                id={keys.optionId(at)}
                role="option"
                aria-selected={at === keys.at}
                className={css.option}
                onMouseMove={() => keys.setAt(at)}
                // The field keeps the focus.
                onMouseDown={event => {
                  event.preventDefault()
                  choose(at)
                }}
              >
                <span className={css.name}>{customer.name ?? customer.address ?? customer.phone}</span>
                <span className={css.more}>{moreOf(customer)}</span>
              </div>
            ))}
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function moreOf({ name, address, phone }: KnownCustomer): string {
  return [name === null ? null : address, phone].filter(part => part !== null).join(' · ')
}
