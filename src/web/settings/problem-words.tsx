import { useTranslation } from 'react-i18next'
import css from './page.module.css'

/**
 * What is wrong with a mail server, as a colleague would say it: what happened, what to do, and the
 * server's own words. Codes are those of mailbox problems and of the check list.
 */
export function ProblemWords(props: { code: string; detail: string | null }) {
  const { t, i18n } = useTranslation()
  const advice = `problem.${props.code}.do`
  return (
    <div className={css.problem}>
      <p>{t([`problem.${props.code}`, 'problem.unknown'], { code: props.code })}</p>
      {i18n.exists(advice) && <p>{t(advice)}</p>}
      {props.detail !== null && (
        <p>
          {t('delivery.serverSaid')} <q>{props.detail}</q>
        </p>
      )}
    </div>
  )
}
