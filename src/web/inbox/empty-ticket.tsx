import { KeyNames } from '../keys/key-names.tsx'
import { useTranslation } from '../texts.tsx'
import css from './empty-ticket.module.css'

/** The ticket pane while none is open: three keys to begin with. */
export function EmptyTicket() {
  const { t } = useTranslation()
  return (
    <div className={css.empty}>
      <p>{t('empty.noTicket')}</p>
      <dl className={css.keys}>
        <dt>
          <KeyNames id="next" /> <KeyNames id="previous" />
        </dt>
        <dd>{t('empty.keysMove')}</dd>
        <dt>
          <KeyNames id="open" />
        </dt>
        <dd>{t('command.open')}</dd>
        <dt>
          <KeyNames id="help" />
        </dt>
        <dd>{t('command.help')}</dd>
      </dl>
    </div>
  )
}
