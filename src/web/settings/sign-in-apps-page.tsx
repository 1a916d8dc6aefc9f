import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { listSignInApps, removeSignInApp, type SignInApp } from '../../shared/sign-in-apps.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullDay } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { useNow } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { SignInAppForm } from './sign-in-app-form.tsx'

const REMIND_DAYS = 30
const DAY_MS = 86_400_000

/** The apps by which mailboxes sign in at Google, Microsoft and others: those there are, and how to add one. */
export function SignInAppsPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const me = useMe()
  const apps = useQuery({
    queryKey: ['sign-in-apps'],
    queryFn: () => call(listSignInApps),
    enabled: isAdmin(me),
  })
  if (!isAdmin(me)) return <NoPermission />
  if (apps.isPending) return <Skeleton rows={4} />
  if (apps.data === undefined) return <Fault error={apps.error} onRetry={() => void apps.refetch()} />
  const { data, redirectUri, redirectProblem } = apps.data
  return (
    <Page title={t('settings.signInApps')} hint={t('signInApp.hint')}>
      {data.length === 0 ? (
        <p>{t('signInApp.none')}</p>
      ) : (
        <Card>
          <ul className={css.rows}>
            {data.map(app => (
              <AppLine key={app.id} app={app} />
            ))}
          </ul>
        </Card>
      )}
      <SignInAppForm redirectUri={redirectUri} redirectProblem={redirectProblem} />
    </Page>
  )
}

function AppLine(props: { app: SignInApp }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { app } = props
  const { id, name } = app
  const form = useForm({}, async () => {
    await call(removeSignInApp, { params: { id } })
    await queries.invalidateQueries({ queryKey: ['sign-in-apps'] })
    notices.done(t('signInApp.removed', { name }))
  })
  return (
    <li className={css.row}>
      <KeyRound size={20} strokeWidth={1.5} aria-hidden />
      <div className={css.main}>
        <p className={css.title}>{name}</p>
        <p className={css.sub}>{app.clientId}</p>
        <p className={css.sub}>{t('signInApp.mailboxes', { count: app.mailboxes })}</p>
      </div>
      <Button
        variant="default"
        size="xs"
        aria-label={t('signInApp.removeNamed', { name })}
        disabled={app.mailboxes > 0}
        loading={form.isBusy}
        onClick={() => form.submit()}
      >
        {t('signInApp.remove')}
      </Button>
      <SecretDay day={app.secretExpiresOn} />
      {form.error !== undefined && <Fault error={form.error} />}
    </li>
  )
}

/** Until when the secret is valid, where somebody said: red within the last month. */
function SecretDay(props: { day: string | null }) {
  const { t, i18n } = useTranslation()
  const now = useNow(3_600_000)
  if (props.day === null) return null
  const until = new Date(`${props.day}T00:00:00Z`)
  const date = fullDay(until, { language: i18n.language, timeZone: 'UTC' })
  const isSoon = until.getTime() - now.getTime() < REMIND_DAYS * DAY_MS
  if (isSoon) return <p className={css.problem}>{t('signInApp.secretSoon', { date })}</p>
  return <span className={css.badge}>{t('signInApp.secretUntil', { date })}</span>
}
