import { focusComposer } from '../compose/focus-composer.ts'
import { useTranslation } from '../texts.tsx'
import css from './skip-links.module.css'

/** Ways past the queues for keyboards; buttons, as `#list` in the address would be a new page to the router. */
export function SkipLinks(props: { hasTicket: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={css.skip}>
      <button type="button" onClick={() => document.getElementById('list')?.focus()}>
        {t('skip.list')}
      </button>
      {props.hasTicket && (
        <>
          <button type="button" onClick={() => document.getElementById('ticket')?.focus()}>
            {t('skip.ticket')}
          </button>
          <button type="button" onClick={() => focusComposer()}>
            {t('skip.composer')}
          </button>
        </>
      )}
    </div>
  )
}
