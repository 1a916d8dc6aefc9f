import type { ReactNode } from 'react'
import { PresenceMark } from '../presence/presence-line.tsx'
import { useTranslation } from '../texts.tsx'
import { Marks, TwinMarks } from './row-marks.tsx'
import {
  type CellProps,
  ColumnTime,
  isUnanswered,
  makeRow,
  RowCheck,
  RowEdge,
  RowLink,
  type ShownTime,
} from './row-parts.tsx'
import css from './table-row.module.css'

/** What the columns of the table are called; the first is the place to select by. */
export function TableHead(props: { shows: ShownTime }) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/useSemanticElements: of the grid below, whose rows are no table's
    // biome-ignore lint/a11y/useFocusableInteractive: nothing in it can be chosen
    <div role="row" className={css.head}>
      <ColumnHead>
        <span className="visually-hidden">{t('bulk.column')}</span>
      </ColumnHead>
      <ColumnHead>{t('table.number')}</ColumnHead>
      <ColumnHead>{t('table.customer')}</ColumnHead>
      <ColumnHead>{t('table.subject')}</ColumnHead>
      <ColumnHead>{t('table.tags')}</ColumnHead>
      <ColumnHead>{t('table.assignee')}</ColumnHead>
      <ColumnHead>{t('table.mailbox')}</ColumnHead>
      <ColumnHead className={css.time}>{t(`table.${props.shows}`)}</ColumnHead>
    </div>
  )
}

/** One ticket on one line, each thing in its column; the whole line opens it. */
export const TableRow = makeRow(Cells, css.row)

function Cells(props: CellProps) {
  const { t } = useTranslation()
  const { row, mailbox } = props
  const whose = [props.team, props.assignee].filter(name => name !== undefined).join(' · ')
  return (
    <>
      <Cell className={css.checkCell}>
        <RowEdge {...props} />
        <RowCheck {...props} className={css.check} />
      </Cell>
      <Cell className={css.number}>#{row.number}</Cell>
      <Cell className={css.who}>{row.customer?.name ?? row.customer?.address ?? t('customer.unknown')}</Cell>
      <Cell className={css.what}>
        <RowLink {...props} className={css.link}>
          {row.isUnread && <span className="visually-hidden">{t('ticket.unread')}</span>}
          {isUnanswered(row) && <span className="visually-hidden">{t('ticket.unanswered')}</span>}
          <span className={css.subject}>{row.subject === '' ? t('ticket.noSubject') : row.subject}</span>
        </RowLink>
        <span className={css.snippet}>{row.snippet}</span>
        {row.messageCount > 1 && <span className={css.messages}>{row.messageCount}</span>}
        <TwinMarks row={row} mailbox={mailbox} />
        <Marks row={row} now={props.now} timeStyle={props.timeStyle} />
        <PresenceMark number={row.number} />
      </Cell>
      <Cell className={css.tags}>
        {row.tags.map(tag => (
          <span key={tag} className={css.tag}>
            {tag}
          </span>
        ))}
      </Cell>
      <Cell className={css.whose}>{whose}</Cell>
      <Cell className={css.mailbox}>{mailbox?.name}</Cell>
      <Cell className={css.time}>
        <ColumnTime {...props} />
      </Cell>
    </>
  )
}

function ColumnHead(props: { className?: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: of a grid that is no table
    // biome-ignore lint/a11y/useFocusableInteractive: nothing is done by it
    <span role="columnheader" className={props.className}>
      {props.children}
    </span>
  )
}

function Cell(props: { className: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: the cell of a grid that is no table
    // biome-ignore lint/a11y/useFocusableInteractive: the link of the row takes the focus
    <div role="gridcell" className={props.className}>
      {props.children}
    </div>
  )
}
