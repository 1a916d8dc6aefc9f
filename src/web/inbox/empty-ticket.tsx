import { useTranslation } from 'react-i18next'
import { Keys } from '../keys/key-names.tsx'
import css from './empty-ticket.module.css'

/** The ticket pane while none is open: three keys to begin with. */
export function EmptyTicket() {
  const { t } = useTranslation()
  return (
    <div className={css.empty}>
      <p>{t('empty.noTicket')}</p>
      <dl className={css.keys}>
        <dt>
          <Keys keys="j" /> <Keys keys="k" />
        </dt>
        <dd>{t('empty.keysMove')}</dd>
        <dt>
          <Keys keys="enter" />
        </dt>
        <dd>{t('command.open')}</dd>
        <dt>
          <Keys keys="?" />
        </dt>
        <dd>{t('command.help')}</dd>
      </dl>
    </div>
  )
}
