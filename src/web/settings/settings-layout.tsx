import { Link, Outlet } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isAdmin, useMe } from '../session.ts'
import css from './settings-layout.module.css'

const OWN_PAGES = [
  { to: '/settings/profile', key: 'settings.profile' },
  { to: '/settings/saved-replies', key: 'settings.savedReplies' },
] as const
const ADMIN_PAGES = [
  { to: '/settings/mailboxes', key: 'settings.mailboxes' },
  { to: '/settings/agents', key: 'settings.agents' },
  { to: '/settings/outbox', key: 'settings.outbox' },
  { to: '/settings/quarantine', key: 'settings.quarantine' },
  { to: '/settings/practice', key: 'settings.practice' },
] as const

/** Settings: the pages at the left, the chosen one beside. Agents see their own pages only. */
export function SettingsLayout() {
  const { t } = useTranslation()
  const pages = isAdmin(useMe()) ? [...OWN_PAGES, ...ADMIN_PAGES] : OWN_PAGES
  return (
    <div className={css.page}>
      <nav className={css.nav} aria-label={t('nav.settings')}>
        <Link to="/queue/$queue" params={{ queue: 'mine' }} className={css.back}>
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden />
          {t('settings.back')}
        </Link>
        <ul className={css.items}>
          {pages.map(page => (
            <li key={page.to}>
              <Link to={page.to} className={css.item} activeProps={{ 'data-chosen': true }}>
                {t(page.key)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main className={css.main}>
        <Outlet />
      </main>
    </div>
  )
}
