import { SquarePen } from 'lucide-react'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import css from './begin-button.module.css'
import type { ListPlace } from './place.ts'

/** Begins a ticket: a mail to somebody, or what somebody said on the phone. */
export function BeginButton(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  return (
    <button
      type="button"
      className={css.begin}
      aria-pressed={props.place.isNew}
      aria-keyshortcuts={ariaKeys('new-mail')}
      onClick={props.place.beginTicket}
    >
      <SquarePen size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.words}>{t('command.new-mail')}</span>
      <KeyNames id="new-mail" />
    </button>
  )
}

/** The button that begins a ticket, in the head of the list, where there is no left column. */
export function BeginIcon(props: { place: ListPlace }) {
  const { t } = useTranslation()
  return (
    <IconButton
      icon={SquarePen}
      name={t('command.new-mail')}
      command="new-mail"
      className={css.icon}
      onClick={props.place.beginTicket}
    />
  )
}
