import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import css from './settings-layout.module.css'
import { settingsPages } from './settings-pages.ts'

/** Settings: the pages at the left, the chosen one beside. Agents see their own pages only. */
export function SettingsLayout() {
  const { t } = useTranslation()
  const pages = settingsPages(useMe())
  const items = useRef<HTMLUListElement>(null)
  useEffect(() => {
    document.body.dataset.forms = 'true'
    return () => {
      delete document.body.dataset.forms
    }
  }, [])
  const path = useRouterState({ select: state => state.resolvedLocation?.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: where another page is shown
  useEffect(() => {
    items.current?.querySelector('[data-chosen]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [path])
  return (
    <div className={css.page}>
      <nav className={css.nav} aria-label={t('nav.settings')}>
        <Link to="/queue/$queue" params={{ queue: 'mine' }} className={css.back}>
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden />
          {t('settings.back')}
        </Link>
        <ul className={css.items} ref={items}>
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
