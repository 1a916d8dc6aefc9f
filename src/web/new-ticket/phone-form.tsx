import { Button } from '@mantine/core'
import { Lock, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { KnownCustomer } from '../../shared/customers.ts'
import { ComposedText } from '../compose/composed-text.tsx'
import foot from '../compose/composer.module.css'
import type { Draft } from '../compose/draft-store.ts'
import { Suggested } from '../compose/suggested.tsx'
import { useMentionable } from '../compose/use-mentionable.ts'
import { useSayLack } from '../compose/use-say-lack.ts'
import type { Place } from '../inbox/place.ts'
import { useCommand } from '../keys/commands.tsx'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import css from './new-ticket.module.css'
import { MailboxField, TextField } from './new-ticket-fields.tsx'
import { useBeginWithoutMail } from './use-begin.ts'
import { type NewTicketUse, useFirstFocus } from './use-new-ticket.ts'

/** A ticket of what somebody said on the phone: who, what about, and a note of it. Nothing is sent. */
export function PhoneForm(props: { use: NewTicketUse; place: Place }) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  const { use } = props
  const { draft, change, head, changeHead } = use
  const opening = useOpening(props)
  const people = useMentionable({ mailboxId: head.mailboxId ?? 0 })
  useFirstFocus(['new-name', 'new-subject'])
  useCommand('send', () => void opening.open('open'))
  useCommand('send-close', () => void opening.open('closed'))
  return (
    <div className={css.form} data-mode="note">
      <div className={css.fields}>
        <MailboxField head={head} onChoose={changeHead} />
        <NameField use={use} />
        <TextField
          label={t('newTicket.address')}
          inputMode="email"
          maxLength={320}
          value={head.address}
          onChange={address => changeHead({ address, customerId: null })}
        />
        <TextField
          label={t('newTicket.phoneNumber')}
          type="tel"
          maxLength={60}
          value={head.phone}
          onChange={phone => changeHead({ phone })}
        />
        <TextField
          id="new-subject"
          label={t('details.subject')}
          maxLength={500}
          value={head.subject}
          onChange={subject => changeHead({ subject })}
        />
      </div>
      <div className={css.note}>
        <p className={foot.private}>
          <Lock size={14} strokeWidth={2} aria-hidden /> {t('newTicket.phoneHint')}
        </p>
        <ComposedText
          words={draft}
          name={t('newTicket.phoneText')}
          language={undefined}
          isReadOnly={opening.isBusy}
          focusWishes={0}
          onWords={words => change({ ...words, head, isOpen: true })}
          onSlash={undefined}
          onPictures={undefined}
          onFiles={() => undefined}
          people={people}
        />
      </div>
      <div className={foot.foot}>
        <Button size="sm" disabled={!opening.canOpen} onClick={() => void opening.open('open')}>
          {t('newTicket.open')}
          <span className={foot.buttonKey}>
            <KeyNames id="send" />
          </span>
        </Button>
        <Button
          size="sm"
          variant="default"
          disabled={!opening.canOpen}
          aria-keyshortcuts={ariaKeys('send-close')}
          onClick={() => void opening.open('closed')}
        >
          {t('newTicket.openClosed')}
        </Button>
        <span className={foot.gap} />
        <IconButton icon={Trash2} name={t('compose.discard')} onClick={use.clear} />
      </div>
    </div>
  )
}

function NameField({ use }: { use: NewTicketUse }) {
  const { t } = useTranslation()
  const { head, changeHead } = use
  const take = ({ id, name, address, phone }: KnownCustomer) =>
    changeHead({ customerId: id, name: name ?? '', address: address ?? '', phone: phone ?? head.phone })
  return (
    <div className={css.field}>
      <label htmlFor="new-name">{t('newTicket.customer')}</label>
      <Suggested typed={head.customerId === null ? head.name : ''} onChoose={take}>
        {combobox => (
          <input
            {...combobox}
            id="new-name"
            className={css.input}
            type="text"
            dir="auto"
            maxLength={200}
            value={head.name}
            onChange={event => changeHead({ name: event.target.value, customerId: null })}
          />
        )}
      </Suggested>
    </div>
  )
}

function useOpening({ use, place }: { use: NewTicketUse; place: Place }) {
  const begin = useBeginWithoutMail(use, place)
  const [isBusy, setIsBusy] = useState(false)
  const { draft, head } = use
  const sayLack = useSayLack()
  const isSaid = ({ text }: Draft) => text.trim() !== '' || head.subject.trim() !== ''
  const mayOpen = head.mailboxId !== null && !isBusy
  const canOpen = isSaid(draft) && mayOpen
  const open = async (state: 'open' | 'closed') => {
    if (!mayOpen) return
    // The newest: the last letters may not be drawn yet.
    const words = use.read()
    if (!isSaid(words)) {
      sayLack('words', words)
      return
    }
    setIsBusy(true)
    document.getElementById('ticket')?.focus()
    await begin(state)
    setIsBusy(false)
  }
  return { open, canOpen, isBusy }
}
