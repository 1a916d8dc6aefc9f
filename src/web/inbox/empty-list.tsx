import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useKeptNewTicket } from '../new-ticket/use-new-ticket.ts'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { isNarrowing } from '../views/filter-search.ts'
import css from './empty-list.module.css'
import type { ListPlace } from './place.ts'
import { emptyWords } from './queue-words.ts'
import { useQueues } from './use-tickets.ts'

/** What an empty list says: nothing waits here, and where work is waiting instead. */
export function EmptyList(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const me = useMe()
  const mailboxes = useMailboxes().data
  const counts = useQueues(props.place.mailboxId).data
  const isBegun = useKeptNewTicket(props.place.queue === 'drafts') != null
  const isFiltered = isNarrowing(props.place.filter)
  const unassigned = counts?.find(row => row.queue === 'unassigned')?.count ?? 0
  if (mailboxes?.length === 0) {
    return (
      <div className={css.empty}>
        <p>{t(isAdmin(me) ? 'empty.noMailbox' : 'empty.noAccess')}</p>
        {isAdmin(me) && (
          <Button component={Link} to="/start" size="sm">
            {t('start.connect')}
          </Button>
        )}
      </div>
    )
  }
  // What is begun stands above.
  if (isBegun) return null
  return (
    <div className={css.empty}>
      <p>{emptyWords(t, props.place)}</p>
      {isFiltered && (
        <Button variant="default" onClick={() => props.place.goTo(props.place.queue)}>
          {t('filter.clear')}
        </Button>
      )}
      {props.place.queue === 'mine' && unassigned > 0 && !isFiltered && (
        <Button variant="default" onClick={() => props.place.goTo('unassigned')}>
          {t('empty.takeOne', { count: unassigned })}
        </Button>
      )}
    </div>
  )
}
