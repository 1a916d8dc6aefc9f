import { Link } from '@tanstack/react-router'
import { CircleUserRound, Menu as MenuIcon, UserRoundX } from 'lucide-react'
import { lazy, memo, Suspense, useRef, useState } from 'react'
import { SearchTab } from '../search/search-links.tsx'
import { useTranslation } from '../texts.tsx'
import { classNames } from '../ui/class-names.ts'
import type { ListPlace } from './place.ts'
import { countWords, isIn } from './queue-links.tsx'
import css from './tab-bar.module.css'
import { useQueues } from './use-tickets.ts'

// A drawer is a fiftieth of what the inbox may load at first, and wide screens have none.
const MoreDrawer = lazy(async () => ({ default: (await import('./more-drawer.tsx')).MoreDrawer }))

const TABS = [
  { queue: 'mine', icon: CircleUserRound },
  { queue: 'unassigned', icon: UserRoundX },
] as const

/** On a phone: the queues of the day and the search at the thumb, and everything else behind More. */
export const TabBar = memo(function TabBar(props: { place: ListPlace; className?: string | undefined }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const more = useRef<HTMLButtonElement>(null)
  const close = () => {
    setIsOpen(false)
    more.current?.focus()
  }
  const counts = useQueues(props.place.mailboxId).data
  return (
    <nav className={classNames(css.bar, props.className)} aria-label={t('nav.tabs')}>
      {TABS.map(({ queue, icon: Icon }) => {
        const count = counts?.find(row => row.queue === queue)?.count ?? 0
        return (
          <Link
            key={queue}
            to="/queue/$queue"
            params={{ queue }}
            search={props.place.mailboxId === undefined ? {} : { mailbox: props.place.mailboxId }}
            className={css.tab}
            data-chosen={isIn(props.place, queue)}
            aria-current={isIn(props.place, queue) ? 'page' : undefined}
          >
            <span className={css.icon}>
              <Icon size={18} strokeWidth={1.75} aria-hidden />
              {count > 0 && <span className={css.count}>{countWords(count)}</span>}
            </span>
            <span className={css.words}>{t(`queue.${queue}`)}</span>
          </Link>
        )
      })}
      <SearchTab isChosen={props.place.sought !== undefined} />
      <button
        ref={more}
        type="button"
        className={css.tab}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(true)}
      >
        <MenuIcon size={18} strokeWidth={1.75} aria-hidden />
        <span className={css.words}>{t('nav.more')}</span>
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <MoreDrawer place={props.place} onClose={close} />
        </Suspense>
      )}
    </nav>
  )
})
