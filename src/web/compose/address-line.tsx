import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import type { KnownCustomer } from '../../shared/customers.ts'
import type { MarkedRecipient } from '../../shared/recipients.ts'
import type { Correspondent } from '../../shared/schemas.ts'
import { useTranslation } from '../texts.tsx'
import { classNames } from '../ui/class-names.ts'
import { readAddresses } from './read-addresses.ts'
import css from './recipients.module.css'
import { Suggested } from './suggested.tsx'

/** One line of recipients: a chip for each, with what is to be known of them, and a field for more. */
export function AddressLine(props: {
  name: string
  addresses: readonly string[]
  known: readonly (Correspondent & Partial<MarkedRecipient>)[]
  onChange: (addresses: string[]) => void
  isRequired?: boolean
  id?: string
}) {
  const { t } = useTranslation()
  const own = useId()
  const id = props.id ?? own
  const { typed, isWhole, isWrong, type, take, choose, onKeyDown } = useTypedAddresses(props)
  return (
    <div className={css.line}>
      <label htmlFor={id}>{props.name}</label>
      {props.addresses.map(address => (
        <Chip
          key={address}
          address={address}
          known={props.known}
          onRemove={() => props.onChange(props.addresses.filter(one => one !== address))}
        />
      ))}
      <Suggested typed={typed} isWhole={isWhole} exceptFor={props.addresses} onlyAddressed onChoose={choose}>
        {combobox => (
          <input
            {...combobox}
            id={id}
            className={classNames(css.input, isWrong && css.wrong)}
            type="text"
            inputMode="email"
            spellCheck={false}
            value={typed}
            data-filled={props.addresses.length > 0}
            aria-invalid={isWrong || (props.isRequired === true && props.addresses.length === 0)}
            aria-describedby={isWrong ? `${id}-wrong` : undefined}
            onChange={event => type(event.target.value)}
            onKeyDown={event => {
              combobox.onKeyDown(event)
              onKeyDown(event)
            }}
            onBlur={take}
          />
        )}
      </Suggested>
      {isWrong && (
        <span id={`${id}-wrong`} className={css.wrongWords} role="alert">
          {t('field.email')}
        </span>
      )}
    </div>
  )
}

/** What stands in the field until it is taken among the addresses: by a key, a choice, or when the field is left. */
function useTypedAddresses(line: { addresses: readonly string[]; onChange: (addresses: string[]) => void }) {
  const [typed, setTyped] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const add = (addresses: readonly string[]) => {
    const fresh = addresses.filter(address => !line.addresses.includes(address))
    if (fresh.length > 0) line.onChange([...line.addresses, ...fresh])
  }
  const read = readAddresses(typed)
  const type = (text: string) => {
    setTyped(text)
    setIsWrong(false)
  }
  const take = () => {
    setIsWrong(read.rest !== '')
    setTyped(read.rest)
    add(read.addresses)
  }
  const choose = ({ address }: KnownCustomer) => {
    type('')
    if (address !== null) add([address])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.defaultPrevented) return
    if (event.key === 'Backspace' && typed === '') line.onChange(line.addresses.slice(0, -1))
    const ends = event.key === 'Enter' || event.key === ',' || event.key === ';'
    if (!ends || event.ctrlKey || event.metaKey || typed.trim() === '') return
    event.preventDefault()
    take()
  }
  return { typed, isWhole: read.rest === '', isWrong, type, take, choose, onKeyDown }
}

function Chip(props: {
  address: string
  known: readonly (Correspondent & Partial<MarkedRecipient>)[]
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const { address } = props
  const marks = props.known.find(person => person.address === address)?.marks ?? []
  return (
    <span className={classNames(css.chip, marks.includes('external') && css.external)} title={address}>
      <span className={css.chipWords}>{nameOf(address, props.known)}</span>
      {marks.length > 0 && (
        <span className={css.marks}>{marks.map(mark => t(`compose.mark.${mark}`)).join(' · ')}</span>
      )}
      <button type="button" aria-label={t('compose.removeAddress', { address })} onClick={props.onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}

/** Name and address: two customers may be called the same. */
export function nameOf(address: string, known: readonly Correspondent[]): string {
  const name = known.find(person => person.address === address)?.name
  return name == null ? address : `${name} <${address}>`
}
