import { ChevronDown, ChevronUp, List } from 'lucide-react'
import type { TicketRow } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { Place } from './place.ts'
import css from './reading-strip.module.css'

/** Stands for the list beside a ticket that is read alone: where in it the reader is, and the ways from there. */
export function ReadingStrip(props: {
  rows: readonly TicketRow[]
  place: Place
  openTicket: (number: number) => void
}) {
  const { t } = useTranslation()
  const { rows, place } = props
  const at = rows.findIndex(row => row.number === place.number)
  const step = (by: number) => {
    const row = at < 0 ? undefined : rows[at + by]
    return row === undefined
      ? { isDisabled: true }
      : { isDisabled: false, onClick: () => props.openTicket(row.number) }
  }
  return (
    <nav className={css.strip} aria-label={t('list.name')}>
      <IconButton icon={List} name={t('command.back')} command="back" onClick={place.backToList} />
      <IconButton icon={ChevronUp} name={t('command.previous')} command="previous" {...step(-1)} />
      <IconButton icon={ChevronDown} name={t('command.next')} command="next" {...step(1)} />
      {at >= 0 && (
        <span className={css.at} title={t('list.at', { place: at + 1, count: rows.length })}>
          <span aria-hidden>{at + 1}</span>
          <span className={css.of} aria-hidden>
            {rows.length}
          </span>
          <span className="visually-hidden">{t('list.at', { place: at + 1, count: rows.length })}</span>
        </span>
      )}
    </nav>
  )
}
