import { splitAtGaps } from '../../shared/template-variables.ts'
import { useTranslation } from '../texts.tsx'
import css from './gaps.module.css'

/** What of a saved reply is not filled in yet; each leads to its place. Nothing is sent while there is one. */
export function GapStrip(props: { text: string; onGap: (start: number, length: number) => void }) {
  const { t } = useTranslation()
  const gaps = splitAtGaps(props.text).filter(part => part.gap !== null)
  if (gaps.length === 0) return null
  return (
    <div className={css.strip} role="status" id="reply-gaps">
      <span>{t('savedReplies.fill')}</span>
      {gaps.map(({ start, text, gap }) => (
        <button key={start} type="button" className={css.gap} onClick={() => props.onGap(start, text.length)}>
          {t(`savedReplies.variable.${gap}`)}
        </button>
      ))}
    </div>
  )
}
