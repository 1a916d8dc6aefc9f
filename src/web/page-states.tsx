import { Link } from '@tanstack/react-router'
import css from './page-states.module.css'
import { useTranslation } from './texts.tsx'
import { Fault } from './ui/fault.tsx'

/** An address no page has. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className={css.page}>
      <h1>{t('page.notFound')}</h1>
      <p>
        <Link to="/">{t('page.home')}</Link>
      </p>
    </main>
  )
}

/** A page that broke; says so and lets the reader try again. */
export function PageFault(props: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation()
  return (
    <main className={css.page}>
      <h1>{t('page.broken')}</h1>
      <Fault error={props.error} onRetry={() => window.location.reload()} />
    </main>
  )
}

/** A page only an admin may open: says who can grant it. */
export function NoPermission() {
  const { t } = useTranslation()
  return (
    <div className={css.page}>
      <h1>{t('page.noPermission')}</h1>
      <p>{t('page.askAdmin')}</p>
    </div>
  )
}
