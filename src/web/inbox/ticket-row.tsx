import { Users } from 'lucide-react'
import { PresenceMark } from '../presence/presence-line.tsx'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Marks, TwinMarks } from './row-marks.tsx'
import { type CellProps, isUnanswered, makeRow, RowCheck, RowEdge, RowLink, RowTime } from './row-parts.tsx'
import css from './ticket-row.module.css'

/** One ticket in a list: who and when above, what and whose below, the mailbox as an edge. */
export const Row = makeRow(Cells, css.row)

function Cells(props: CellProps) {
  const { t } = useTranslation()
  const { row } = props
  const who = row.customer?.name ?? row.customer?.address ?? t('customer.unknown')
  return (
    // biome-ignore lint/a11y/useSemanticElements: the cell of such a row
    // biome-ignore lint/a11y/useFocusableInteractive: the link inside takes the focus
    <div role="gridcell" className={css.cell}>
      <RowCheck {...props} className={css.check} />
      <RowLink {...props} className={css.link}>
        <RowEdge {...props} />
        <span className={css.line}>
          <span className={css.who}>{who}</span>
          {row.messageCount > 1 && <span className={css.messages}>{row.messageCount}</span>}
          <TwinMarks row={row} mailbox={props.mailbox} />
          <Marks row={row} now={props.now} timeStyle={props.timeStyle} />
          <PresenceMark number={row.number} />
          <RowTime {...props} className={css.time} />
        </span>
        <span className={css.line}>
          {row.isUnread && <span className="visually-hidden">{t('ticket.unread')}</span>}
          {isUnanswered(row) && (
            <span className={css.dot} title={t('ticket.unanswered')}>
              <span className="visually-hidden">{t('ticket.unanswered')}</span>
            </span>
          )}
          <span className={css.what}>
            <span className={css.subject}>{row.subject === '' ? t('ticket.noSubject') : row.subject}</span>{' '}
            <span className={css.snippet}>{row.snippet}</span>
          </span>
          {row.tags.slice(0, 2).map(tag => (
            <span key={tag} className={css.tag}>
              {tag}
            </span>
          ))}
          {props.team !== undefined && (
            <span className={css.team} title={t('ticket.ofTeam', { name: props.team })}>
              <Users size={11} strokeWidth={2} aria-hidden />
              <span className="visually-hidden">{t('ticket.ofTeam', { name: props.team })}</span>
              <span className={css.teamName} aria-hidden>
                {props.team}
              </span>
            </span>
          )}
          {props.assignee !== undefined && (
            <>
              <Avatar name={props.assignee} isSmall title={props.assignee} />
              <span className="visually-hidden">{t('ticket.assignedTo', { name: props.assignee })}</span>
            </>
          )}
        </span>
      </RowLink>
    </div>
  )
}
