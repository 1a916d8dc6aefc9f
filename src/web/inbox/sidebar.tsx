import { Menu, useComputedColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Moon, PanelLeftClose, PanelLeftOpen, Settings, Sun } from 'lucide-react'
import { lazy, memo, Suspense } from 'react'
import { Bell } from '../bell/bell.tsx'
import { useCommand } from '../keys/commands.tsx'
import { SearchLink } from '../search/search-links.tsx'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { useSignOut } from '../sign-in/use-sign-out.ts'
import { useTranslation } from '../texts.tsx'
import { useToggleTheme } from '../theme/use-theme.ts'
import { Avatar } from '../ui/avatar.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { BeginButton } from './begin-button.tsx'
import type { ListPlace } from './place.ts'
import { QueueLinks } from './queue-links.tsx'
import css from './sidebar.module.css'
import { TeamLinks } from './team-links.tsx'
import { useSidebar } from './use-sidebar.ts'
import { ViewLinks } from './view-links.tsx'

const FirstSteps = lazy(async () => ({ default: (await import('./first-steps.tsx')).FirstSteps }))

/** The left column: queues with counts, mailboxes, and the agent's own menu. */
export const Sidebar = memo(function Sidebar(props: { place: ListPlace; className?: string | undefined }) {
  const { t } = useTranslation()
  const me = useMe()
  const { isShown, toggle } = useSidebar()
  useCommand('sidebar', toggle)
  if (!isShown) {
    return (
      <nav
        id="sidebar"
        className={classNames(css.sidebar, css.rail, props.className)}
        aria-label={t('nav.queues')}
      >
        <IconButton icon={PanelLeftOpen} name={t('command.sidebar')} command="sidebar" onClick={toggle} />
        <Bell place={props.place} />
      </nav>
    )
  }
  return (
    <nav id="sidebar" className={classNames(css.sidebar, props.className)} aria-label={t('nav.queues')}>
      <div className={css.brand}>
        <span className={css.logo} aria-hidden />
        Letterdesk
        <Bell place={props.place} />
      </div>
      <div className={css.begin}>
        <BeginButton place={props.place} />
      </div>
      <div className={css.scroll}>
        <SearchLink isChosen={props.place.sought !== undefined} />
        <QueueLinks place={props.place} />
        <TeamLinks place={props.place} />
        <ViewLinks place={props.place} />
        <MailboxLinks place={props.place} />
      </div>
      {isAdmin(me) && (
        <Suspense fallback={null}>
          <FirstSteps />
        </Suspense>
      )}
      <div className={css.settings}>
        <SettingsLink />
      </div>
      <SidebarFoot onHide={toggle} />
    </nav>
  )
})

/** The mailboxes: choosing one narrows every queue to it, choosing it again widens them. */
export function MailboxLinks(props: { place: ListPlace; onGo?: () => void }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const { queue, mailboxId } = props.place
  const { mailbox: _, ...elsewhere } = props.place.search
  if (mailboxes.length === 0) return null
  return (
    <section className={css.group} aria-labelledby="sidebar-mailboxes">
      <h2 className={css.heading} id="sidebar-mailboxes">
        {t('nav.mailboxes')}
      </h2>
      <ul className={css.items}>
        {mailboxes.map(mailbox => {
          const isChosen = mailbox.id === mailboxId
          return (
            <li key={mailbox.id}>
              <Link
                to="/queue/$queue"
                params={{ queue }}
                search={{ ...elsewhere, ...(isChosen ? {} : { mailbox: mailbox.id }) }}
                className={css.item}
                data-chosen={isChosen}
                aria-current={isChosen ? 'true' : undefined}
                title={mailbox.address}
                onClick={props.onGo}
              >
                <MailboxMark colour={mailbox.colour} name={mailbox.name} />
                <span className={css.name}>{mailbox.name}</span>
                {(mailbox.problem !== null || mailbox.state === 'paused') && (
                  <span className={css.problem} title={t('mailbox.hasProblem')}>
                    !<span className="visually-hidden">{t('mailbox.hasProblem')}</span>
                  </span>
                )}
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function SidebarFoot(props: { onHide: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const signOut = useSignOut()
  const toggleTheme = useToggleTheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <div className={css.foot}>
      <Menu
        position="top-start"
        width={220}
        portalProps={{ target: '#sidebar' }}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <button type="button" className={css.me} title={t('nav.me', { name: me.name })}>
            <Avatar name={me.name} />
            <span className={css.name}>{me.name}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to="/settings/profile">
            {t('settings.profile')}
          </Menu.Item>
          <Menu.Item onClick={signOut}>{t('action.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <IconButton
        icon={isDark ? Sun : Moon}
        name={t('command.theme')}
        command="theme"
        onClick={toggleTheme}
      />
      <IconButton
        icon={PanelLeftClose}
        name={t('command.sidebar')}
        command="sidebar"
        onClick={props.onHide}
      />
    </div>
  )
}

function SettingsLink() {
  const { t } = useTranslation()
  return (
    <Link to="/settings" className={css.item}>
      <Settings size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.name}>{t('nav.settings')}</span>
    </Link>
  )
}
