import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Correspondent } from '../../shared/schemas.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useMailbox } from '../session.ts'
import { classNames } from '../ui/class-names.ts'
import type { Draft } from './draft-store.ts'
import { readAddresses } from './read-addresses.ts'
import css from './recipients.module.css'

/** From, To and Cc, always in sight: the wrong recipient is the costliest mistake. Bcc on demand. */
export function Recipients(props: {
  ticket: Ticket
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}) {
  const { t } = useTranslation()
  const { ticket, draft, onChange } = props
  const [hasBcc, setHasBcc] = useState(draft.bcc.length > 0)
  const mailbox = useMailbox(ticket.mailboxId)
  const { to, cc } = ticket.replyDefaults
  const known = [...to, ...cc]
  return (
    <div className={css.recipients}>
      <AddressLine
        name={t('details.to')}
        addresses={draft.to ?? to.map(addressOf)}
        known={known}
        onChange={addresses => onChange({ to: addresses, isOpen: true })}
        isRequired
      />
      <AddressLine
        name={t('details.cc')}
        addresses={draft.cc ?? cc.map(addressOf)}
        known={known}
        onChange={addresses => onChange({ cc: addresses, isOpen: true })}
      />
      {hasBcc ? (
        <AddressLine
          name={t('details.bcc')}
          addresses={draft.bcc}
          known={known}
          onChange={addresses => onChange({ bcc: addresses, isOpen: true })}
        />
      ) : (
        <button type="button" className={css.more} onClick={() => setHasBcc(true)}>
          + {t('details.bcc')}
        </button>
      )}
      <AskedFor ticket={ticket} draft={draft} onChange={onChange} />
      {mailbox !== undefined && (
        <span className={css.from}>{t('compose.from', { address: mailbox.address })}</span>
      )}
    </div>
  )
}

// Reply-To may be anybody's: the agent sees where an answer would go before it does.
function AskedFor(props: { ticket: Ticket; draft: Draft; onChange: (patch: Partial<Draft>) => void }) {
  const { t } = useTranslation()
  const { to, replyTo } = props.ticket.replyDefaults
  const wished = replyTo.map(addressOf)
  const chosen = props.draft.to ?? to.map(addressOf)
  if (wished.every(address => chosen.includes(address))) return null
  return (
    <p className={css.asked}>
      {t('compose.replyToAsked', { addresses: replyTo.map(one => nameOf(one.address, replyTo)).join(', ') })}{' '}
      <button type="button" className={css.more} onClick={() => props.onChange({ to: wished, isOpen: true })}>
        {t('compose.replyToUse')}
      </button>
    </p>
  )
}

function AddressLine(props: {
  name: string
  addresses: readonly string[]
  known: readonly Correspondent[]
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
        <span key={address} className={css.chip} title={address}>
          <span className={css.chipWords}>{nameOf(address, props.known)}</span>
          <button
            type="button"
            aria-label={t('compose.removeAddress', { address })}
            onClick={() => props.onChange(props.addresses.filter(one => one !== address))}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
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

function addressOf(person: Correspondent): string {
  return person.address
}

// Name and address: two customers may be called the same.
function nameOf(address: string, known: readonly Correspondent[]): string {
  const name = known.find(person => person.address === address)?.name
  return name == null ? address : `${name} <${address}>`
}
