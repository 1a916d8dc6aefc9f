import { Button, Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { AtSign, type LucideIcon, Mail, MailWarning, UserRoundCheck } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import type { Notification } from '../../shared/notifications.ts'
import type { NotificationEvent } from '../../shared/vocabulary.ts'
import type { ListPlace } from '../inbox/place.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime, listTime } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './bell-panel.module.css'
import { notificationWords, ticketWords } from './notification-words.ts'
import { useLookAtAll, useNotifications } from './use-notifications.ts'

const ICONS: Record<NotificationEvent, LucideIcon> = {
  mention: AtSign,
  assigned: UserRoundCheck,
  answer: Mail,
  undelivered: MailWarning,
}

/** What this agent is told of, newest first: arrows move, Enter opens the ticket where it happened, Esc leaves. */
export function BellPanel(props: { place: ListPlace; onClose: () => void }) {
  const { t } = useTranslation()
  const list = useNotifications()
  const lookAtAll = useLookAtAll()
  const listed = list.data?.data.filter(one => one.channels.list) ?? []
  const [before] = useState(() => document.activeElement)
  // Back to where it was at once; who opens a ticket goes on there.
  const leave = () => {
    if (before instanceof HTMLElement) before.focus()
    props.onClose()
  }
  return (
    <Drawer
      opened
      onClose={leave}
      returnFocus={false}
      title={t('bell.title')}
      size={400}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <div className={css.head}>
        <Button
          variant="default"
          size="xs"
          disabled={!listed.some(one => one.isNew)}
          onClick={() => void lookAtAll()}
        >
          {t('bell.lookedAt')}
        </Button>
        <Link to="/settings/notifications" className={css.settings} onClick={props.onClose}>
          {t('bell.settings')}
        </Link>
      </div>
      {list.data?.isQuiet && <p className={css.quiet}>{t('bell.quiet')}</p>}
      {list.isError && <Fault error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && listed.length === 0 && <p className={css.quiet}>{t('bell.empty')}</p>}
      <ul className={css.items} onKeyDown={walk}>
        {listed.map((one, at) => (
          <Item key={one.id} one={one} isFirst={at === 0} place={props.place} onGo={props.onClose} />
        ))}
      </ul>
    </Drawer>
  )
}

function Item(props: { one: Notification; isFirst: boolean; place: ListPlace; onGo: () => void }) {
  const { t } = useTranslation()
  const now = useNow(60_000)
  const style = useTimeStyle()
  const { one, place } = props
  const Icon = ICONS[one.event]
  const at = new Date(one.at)
  return (
    <li>
      <Link
        to="/queue/$queue/$number"
        params={{ queue: place.queue, number: one.ticketNumber }}
        search={{
          ...(place.mailboxId === undefined ? {} : { mailbox: place.mailboxId }),
          ...(one.hit === null ? {} : { hit: one.hit }),
        }}
        className={css.item}
        data-notification={one.id}
        data-new={one.isNew}
        data-autofocus={props.isFirst || undefined}
        onClick={props.onGo}
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span className={css.main}>
          <span className={css.first}>
            <span className={css.words}>{notificationWords(t, one)}</span>
            <time dateTime={one.at} title={fullTime(at, style)} className={css.time}>
              {listTime(at, now, style)}
            </time>
          </span>
          <span className={css.subject}>{ticketWords(t, one)}</span>
          {one.excerpt !== '' && <span className={css.excerpt}>{one.excerpt}</span>}
        </span>
        {one.isNew && (
          <span className={css.dot}>
            <span className="visually-hidden">{t('bell.isNew')}</span>
          </span>
        )}
      </Link>
    </li>
  )
}

function walk(event: KeyboardEvent<HTMLUListElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-notification]')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  const moves: Record<string, number> = {
    ArrowDown: Math.min(links.length - 1, at + 1),
    ArrowUp: Math.max(0, at - 1),
    Home: 0,
    End: links.length - 1,
  }
  const to = moves[event.key]
  if (to === undefined) return
  event.preventDefault()
  links[to]?.focus()
}
