import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

/**
 * What is wrong with a mail server, as a colleague would say it: what happened, what to do, and the
 * server's own words. Codes are those of mailbox problems (`smtp-` before one tells which server) and of
 * the check list.
 */
export function ProblemWords(props: { code: string; detail: string | null }) {
  const { t, i18n } = useTranslation()
  const code = props.code.replace(/^smtp-/, '')
  const advice = `problem.${code}.do`
  const said = serverWords(code, props.detail)
  return (
    <div className={css.problem}>
      {code !== props.code && <p>{t('server.smtp')}:</p>}
      <p>{t([`problem.${code}`, 'problem.unknown'], { code })}</p>
      {i18n.exists(advice) && <p>{t(advice)}</p>}
      {said !== null && (
        <p>
          {t('delivery.serverSaid')} <q>{said}</q>
        </p>
      )}
    </div>
  )
}

// A detail that begins with the code is our own line for the log: no server said it.
function serverWords(code: string, detail: string | null): string | null {
  return detail === null || detail.startsWith(`${code}:`) ? null : detail
}
