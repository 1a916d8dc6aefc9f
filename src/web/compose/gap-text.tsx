import { splitAtGaps } from '../../shared/template-variables.ts'
import { useTranslation } from '../texts.tsx'
import css from './gaps.module.css'

/** A text with its gaps marked, each by what it stands for. */
export function GapText(props: { text: string }) {
  const { t } = useTranslation()
  return splitAtGaps(props.text).map(({ start, text, gap }) =>
    gap === null ? (
      <span key={start}>{text}</span>
    ) : (
      <mark key={start} className={css.gap}>
        {t(`savedReplies.variable.${gap}`)}
      </mark>
    ),
  )
}
