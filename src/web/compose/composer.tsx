import { Lock, Reply } from 'lucide-react'
import type { Ticket } from '../../shared/tickets.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import css from './composer.module.css'
import { OpenComposer } from './open-composer.tsx'
import type { DraftUse } from './use-draft.ts'

/** The foot of a ticket: one line while idle, the composer once a reply or note is begun. */
export function Composer(props: {
  ticket: Ticket
  draft: DraftUse
  /** How often the text was asked to take the focus; each new wish moves it there. */
  focusWishes: number
  onCompose: (mode: 'reply' | 'note') => void
  onClosed: () => void
}) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  const { draft } = props.draft
  if (draft.isOpen || draft.text !== '') return <OpenComposer {...props} />
  const first = props.ticket.replyDefaults.to[0]
  const name = first?.name ?? first?.address
  return (
    <div className={css.idle} data-composer>
      <button
        type="button"
        id="composer"
        className={css.start}
        aria-keyshortcuts={ariaKeys('reply')}
        onClick={() => props.onCompose('reply')}
      >
        <Reply size={16} strokeWidth={1.75} aria-hidden />
        <span className={css.startWords}>
          {name === undefined ? t('command.reply') : t('compose.replyTo', { name })}
        </span>
        <KeyNames id="reply" className={css.key} />
      </button>
      <button
        type="button"
        className={css.startNote}
        aria-keyshortcuts={ariaKeys('note')}
        onClick={() => props.onCompose('note')}
      >
        <Lock size={14} strokeWidth={1.75} aria-hidden />
        {t('compose.note')}
        <KeyNames id="note" className={css.key} />
      </button>
    </div>
  )
}
