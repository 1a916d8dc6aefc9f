import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarkedRecipient } from '../../shared/recipients.ts'
import type { Correspondent } from '../../shared/schemas.ts'
import { classNames } from '../ui/class-names.ts'
import { readAddresses } from './read-addresses.ts'
import css from './recipients.module.css'

/** One line of recipients: a chip for each, with what is to be known of them, and a field for more. */
export function AddressLine(props: {
  name: string
  addresses: readonly string[]
  known: readonly (Correspondent & Partial<MarkedRecipient>)[]
  onChange: (addresses: string[]) => void
  isRequired?: boolean
}) {
  const { t } = useTranslation()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const take = () => {
    const read = readAddresses(typed)
    setIsWrong(read.rest !== '')
    setTyped(read.rest)
    const fresh = read.addresses.filter(address => !props.addresses.includes(address))
    if (fresh.length > 0) props.onChange([...props.addresses, ...fresh])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Backspace' && typed === '') props.onChange(props.addresses.slice(0, -1))
    const ends = event.key === 'Enter' || event.key === ',' || event.key === ';'
    if (!ends || event.ctrlKey || event.metaKey || typed.trim() === '') return
    event.preventDefault()
    take()
  }
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
      <input
        id={id}
        className={classNames(css.input, isWrong && css.wrong)}
        type="text"
        inputMode="email"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        aria-invalid={isWrong || (props.isRequired === true && props.addresses.length === 0)}
        aria-describedby={isWrong ? `${id}-wrong` : undefined}
        onChange={event => {
          setTyped(event.target.value)
          setIsWrong(false)
        }}
        onKeyDown={onKeyDown}
        onBlur={take}
      />
      {isWrong && (
        <span id={`${id}-wrong`} className={css.wrongWords} role="alert">
          {t('field.email')}
        </span>
      )}
    </div>
  )
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
