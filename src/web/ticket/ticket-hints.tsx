import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Lightbulb } from 'lucide-react'
import { useState } from 'react'
import { dismissHint } from '../../shared/placing.ts'
import type { Ticket, TicketHint } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import css from './ticket-hints.module.css'
import { usePlacing } from './use-placing.ts'

/** What may belong elsewhere, each with one click to put it there and one to put the suggestion away. */
export function TicketHints(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { ticket } = props
  const [pair, setPair] = useState<{ number: number; into: number }>()
  if (ticket.hints.length === 0 && pair === undefined) return null
  return (
    <section className={css.hints} aria-label={t('hint.name')} data-aside>
      {ticket.hints.map(hint => (
        <HintLine
          key={hint.id}
          ticket={ticket}
          hint={hint}
          onMerge={into => setPair({ number: ticket.number, into })}
        />
      ))}
      {pair !== undefined && (
        <MergeDialog
          {...pair}
          onSwap={() => setPair({ number: pair.into, into: pair.number })}
          onClose={() => setPair(undefined)}
        />
      )}
    </section>
  )
}

function HintLine(props: { ticket: Ticket; hint: TicketHint; onMerge: (into: number) => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { move } = usePlacing()
  const { ticket, hint } = props
  const { id, kind, number, messageId } = hint
  const dismiss = async () => {
    try {
      await call(dismissHint, { params: { id } })
    } catch (error) {
      notices.failed(error)
    }
    await queries.invalidateQueries({ queryKey: ['ticket', ticket.number] })
  }
  const subject = hint.subject === '' ? t('ticket.noSubject') : hint.subject
  return (
    <p className={css.hint}>
      <Lightbulb size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.words}>{t(`hint.${kind}`, { number, subject })}</span>
      <span className={css.acts}>
        {number === null ? (
          <Button size="compact-xs" variant="default" onClick={() => void move(messageId, null)}>
            {t('hint.split')}
          </Button>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => props.onMerge(number)}>
            {t('hint.merge', { number })}
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" onClick={() => void dismiss()}>
          {t('hint.dismiss')}
        </Button>
      </span>
    </p>
  )
}
