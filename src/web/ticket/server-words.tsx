import type { OutboxState } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import css from './delivery-line.module.css'

/**
 * What a server said of a mail, in its own words. Without a reply code no server spoke: the text is then the
 * code of what kept us from it. Nothing where it said nothing, and where the state of the mail says the same.
 */
export function ServerWords(props: {
  of: { state: OutboxState; replyCode: number | null; replyText: string | null }
}) {
  const { t } = useTranslation()
  const { state, replyCode: code, replyText: text } = props.of
  if (text === null || (state === 'uncertain' && text === 'connection-lost')) return null
  if (code === null) {
    return <p className={css.words}>{t([`problem.${text}`, 'problem.unknown'], { code: text })}</p>
  }
  return (
    <p className={css.words}>
      {t('delivery.serverSaid')} <q>{text.startsWith(String(code)) ? text : `${code} ${text}`}</q>
    </p>
  )
}
