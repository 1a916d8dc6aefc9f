import type { Message } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { AddressLine } from './address-line.tsx'
import type { Draft } from './draft-store.ts'
import css from './forward-parts.module.css'

type Props = { draft: Draft; message: Message | undefined; onChange: (patch: Partial<Draft>) => void }

/** Of a forward: that it stays apart, and to whom it goes. Nobody is proposed. */
export function ForwardHead({ draft, message, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <p className={css.about}>{t(message === undefined ? 'forward.gone' : 'forward.about')}</p>
      <div className={css.people}>
        <AddressLine
          name={t('details.to')}
          addresses={draft.to ?? []}
          known={[]}
          onChange={to => onChange({ to, isOpen: true })}
          isRequired
        />
        <AddressLine
          name={t('details.cc')}
          addresses={draft.cc ?? []}
          known={[]}
          onChange={cc => onChange({ cc, isOpen: true })}
        />
      </div>
    </>
  )
}

/** Of a forward: the message below the words, and which of its files go along. */
export function ForwardedMessage({ draft, message, onChange }: Props) {
  const { t } = useTranslation()
  if (message === undefined) return null
  const choose = (id: number, isChosen: boolean) => {
    const others = draft.fileIds.filter(one => one !== id)
    onChange({ fileIds: isChosen ? [...others, id] : others })
  }
  return (
    <div className={css.forwarded}>
      {message.attachments.length > 0 && (
        <fieldset className={css.files}>
          <legend>{t('forward.files')}</legend>
          {message.attachments.map(({ id, filename }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={draft.fileIds.includes(id)}
                onChange={event => choose(id, event.currentTarget.checked)}
              />
              {filename}
            </label>
          ))}
        </fieldset>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <pre className={css.original} tabIndex={0}>
        {message.text}
      </pre>
    </div>
  )
}
