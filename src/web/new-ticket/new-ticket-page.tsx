import { ArrowLeft, Lock, Mail } from 'lucide-react'
import { useEffect } from 'react'
import type { NewTicketHead } from '../../shared/new-tickets.ts'
import modes from '../compose/composer.module.css'
import { OtherDraft } from '../compose/other-draft.tsx'
import type { Place } from '../inbox/place.ts'
import { useCommand } from '../keys/commands.tsx'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { MailForm } from './mail-form.tsx'
import css from './new-ticket.module.css'
import { PhoneForm } from './phone-form.tsx'
import { useNewTicket } from './use-new-ticket.ts'

/** A ticket that an agent begins: by a mail, or without one. */
export function NewTicketPage(props: { place: Place }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  if (mailboxes.isPending) return <Skeleton rows={5} />
  if ((mailboxes.data ?? []).length === 0) return <p className={css.none}>{t('empty.noAccess')}</p>
  return <Form place={props.place} />
}

function Form({ place }: { place: Place }) {
  const { t } = useTranslation()
  const use = useNewTicket(place.mailboxId)
  const { kind } = use.head
  const { isByPhone } = place
  // biome-ignore lint/correctness/useExhaustiveDependencies: once where it is asked for
  useEffect(() => {
    if (isByPhone) use.changeHead({ kind: 'phone' })
  }, [isByPhone])
  const other = kind === 'mail' ? 'phone' : 'mail'
  useCommand('switch-mode', () => use.changeHead({ kind: other }))
  return (
    <section className={css.page} aria-label={t('newTicket.name')} data-composer>
      <header className={css.head}>
        <IconButton
          icon={ArrowLeft}
          name={t('command.back')}
          command="back"
          className={css.back}
          onClick={place.backToList}
        />
        <h1 className={css.title}>{t('newTicket.name')}</h1>
        <KindTabs kind={kind} onChoose={chosen => use.changeHead({ kind: chosen })} />
      </header>
      {use.other !== undefined && <OtherDraft {...use.other} />}
      {kind === 'mail' ? <MailForm use={use} place={place} /> : <PhoneForm use={use} place={place} />}
    </section>
  )
}

const KINDS = ['mail', 'phone'] as const

function KindTabs(props: { kind: NewTicketHead['kind']; onChoose: (kind: NewTicketHead['kind']) => void }) {
  const { t } = useTranslation()
  return (
    <div className={modes.modes} role="radiogroup" aria-label={t('newTicket.kind')}>
      {KINDS.map(kind => (
        <label key={kind} className={modes.mode}>
          <input
            type="radio"
            className="visually-hidden"
            name="new-ticket-kind"
            checked={props.kind === kind}
            onChange={() => props.onChoose(kind)}
          />
          {kind === 'mail' ? (
            <Mail size={14} strokeWidth={1.75} aria-hidden />
          ) : (
            <Lock size={13} strokeWidth={2} aria-hidden />
          )}
          {t(`newTicket.${kind}`)}
        </label>
      ))}
    </div>
  )
}
