import { useTranslation } from '../texts.tsx'
import css from './delivery-line.module.css'

/**
 * What a server said of a mail, in its own words. Without a reply code no server spoke: the text is then the
 * code of what kept us from it.
 */
export function ServerWords(props: { code: number | null; text: string }) {
  const { t } = useTranslation()
  const { code, text } = props
  if (code === null) {
    return <p className={css.words}>{t([`problem.${text}`, 'problem.unknown'], { code: text })}</p>
  }
  return (
    <p className={css.words}>
      {t('delivery.serverSaid')} <q>{text.startsWith(String(code)) ? text : `${code} ${text}`}</q>
    </p>
  )
}
