import { Link } from '@tanstack/react-router'
import {
  AlarmClock,
  AtSign,
  CircleCheck,
  CircleUserRound,
  FilePen,
  Inbox,
  type LucideIcon,
  MailWarning,
  OctagonAlert,
  Send,
  Trash2,
  UserRoundX,
} from 'lucide-react'
import { QUEUES, type Queue, type QueueName } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import type { ListPlace } from './place.ts'
import css from './sidebar.module.css'
import { useQueues } from './use-tickets.ts'

const ICONS: Record<Queue, LucideIcon> = {
  mine: CircleUserRound,
  unassigned: UserRoundX,
  all: Inbox,
  mentions: AtSign,
  drafts: FilePen,
  snoozed: AlarmClock,
  sent: Send,
  undelivered: MailWarning,
  closed: CircleCheck,
  spam: OctagonAlert,
  trash: Trash2,
}

// A longer number says no more to an agent than "many".
const COUNT_LIMIT = 999

/** The queues with how many tickets stand in each. */
export function QueueLinks(props: { place: ListPlace; onGo?: () => void }) {
  const { t } = useTranslation()
  const { mailboxId } = props.place
  const counts = useQueues(mailboxId).data
  return (
    <ul className={css.items}>
      {QUEUES.map(queue => {
        const Icon = ICONS[queue]
        const count = counts?.find(row => row.queue === queue)?.count ?? null
        const isHere = isIn(props.place, queue)
        return (
          <li key={queue}>
            <Link
              to="/queue/$queue"
              params={{ queue }}
              search={mailboxId === undefined ? {} : { mailbox: mailboxId }}
              className={css.item}
              data-chosen={isHere}
              aria-current={isHere ? 'page' : undefined}
              onClick={props.onGo}
            >
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              <span className={css.name}>{t(`queue.${queue}`)}</span>
              {count !== null && count > 0 && <span className={css.count}>{countWords(count)}</span>}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

/** Whether a place is the list of a queue, and neither a view of it nor a search. */
export function isIn(place: ListPlace, queue: QueueName): boolean {
  return place.sought === undefined && place.viewId === undefined && queue === place.queue
}

/** A count as shown: never above 999. */
export function countWords(count: number): string {
  return count > COUNT_LIMIT ? `${COUNT_LIMIT}+` : String(count)
}
