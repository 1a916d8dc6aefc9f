import { Ellipsis } from 'lucide-react'
import { Fragment, useMemo } from 'react'
import type { Fold, Message } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import css from './folded-text.module.css'
import { countLines, type FoldView, foldsWorthHaving, isOpenIn, partsOf } from './folds.ts'
import { MessageText } from './message-text.tsx'

/** The plain text of a message: words, and in their places quotes and signatures, folded or open. */
export function FoldedText(props: { message: Message; view: FoldView; onView: (view: FoldView) => void }) {
  const { message, view, onView } = props
  const parts = useMemo(() => partsOf(message.text, foldsWorthHaving(message)), [message])
  return parts.map(({ start, text, fold }) => {
    if (fold === undefined) return <MessageText key={start} text={text} language={message.language} />
    return (
      <Fragment key={start}>
        <FoldButton message={message} folds={[fold]} view={view} onView={onView} />
        {isOpenIn(fold, view) && (
          <div className={css.quoted}>
            <MessageText text={text} language={message.language} />
          </div>
        )}
      </Fragment>
    )
  })
}

/** Says how many lines are hidden, and shows or hides them; nothing where there is no fold. */
export function FoldButton(props: {
  message: Message
  folds: readonly Fold[]
  view: FoldView
  onView: (view: FoldView) => void
}) {
  const { t } = useTranslation()
  const { message, folds, view } = props
  const hidden = folds.filter(fold => !isOpenIn(fold, view))
  const count = hidden.reduce((sum, fold) => sum + countLines(message.text.slice(fold.start, fold.end)), 0)
  if (folds.length === 0) return null
  return (
    <button
      type="button"
      className={css.toggle}
      aria-expanded={hidden.length === 0}
      title={t('command.quotes')}
      onClick={() => props.onView(hidden.length > 0 ? 'shown' : 'hidden')}
    >
      <Ellipsis size={16} strokeWidth={2} aria-hidden />
      {hidden.length > 0 ? t('message.folded', { count }) : t(`message.hide.${kindOf(folds)}`)}
    </button>
  )
}

function kindOf(folds: readonly Fold[]): Fold['kind'] {
  return folds.every(fold => fold.kind === 'signature') ? 'signature' : 'quote'
}
