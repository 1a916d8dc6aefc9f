import { Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleUserRound, Menu as MenuIcon, UserRoundX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BellItem } from '../bell/bell.tsx'
import { SearchTab } from '../search/search-links.tsx'
import { useSignOut } from '../sign-in/use-sign-out.ts'
import { classNames } from '../ui/class-names.ts'
import type { Place } from './place.ts'
import { countWords, isIn, QueueLinks } from './queue-links.tsx'
import side from './sidebar.module.css'
import { MailboxLinks } from './sidebar.tsx'
import css from './tab-bar.module.css'
import { TeamLinks } from './team-links.tsx'
import { useQueues } from './use-tickets.ts'
import { ViewLinks } from './view-links.tsx'

const TABS = [
  { queue: 'mine', icon: CircleUserRound },
  { queue: 'unassigned', icon: UserRoundX },
] as const

/** On a phone: the queues of the day and the search at the thumb, and everything else behind More. */
export function TabBar(props: { place: Place; className?: string | undefined }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
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
      <button type="button" className={css.tab} aria-expanded={isOpen} onClick={() => setIsOpen(true)}>
        <MenuIcon size={18} strokeWidth={1.75} aria-hidden />
        <span className={css.words}>{t('nav.more')}</span>
      </button>
      <MoreDrawer place={props.place} isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </nav>
  )
}

function MoreDrawer(props: { place: Place; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      title="Letterdesk"
      size={300}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <QueueLinks place={props.place} onGo={props.onClose} />
      <TeamLinks place={props.place} onGo={props.onClose} />
      <ViewLinks place={props.place} onGo={props.onClose} />
      <MailboxLinks place={props.place} onGo={props.onClose} />
      <ul className={classNames(side.items, side.group)}>
        <li>
          <BellItem className={classNames(side.item, side.bare)} onGo={props.onClose} />
        </li>
        <li>
          <Link to="/settings" className={side.item}>
            {t('nav.settings')}
          </Link>
        </li>
        <li>
          <button type="button" className={classNames(side.item, side.bare)} onClick={signOut}>
            {t('action.signOut')}
          </button>
        </li>
      </ul>
    </Drawer>
  )
}
