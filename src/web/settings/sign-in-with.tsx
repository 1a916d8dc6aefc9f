import { Button, Checkbox } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { MailboxSettings, MailboxStart, ServerAddress } from '../../shared/mailboxes.ts'
import { connectDelegated, listSignInApps, type SignInApp, startConsent } from '../../shared/sign-in-apps.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { type Form, useForm } from '../ui/use-form.ts'
import css from './page.module.css'
import { SignInFault } from './sign-in-fault.tsx'

/** The mailbox that is to sign in: one that is connected, or the address of a new one. */
export type SignInTarget =
  | { mailboxId: number }
  | {
      address: string
      name?: string
      start?: MailboxStart
      imap?: ServerAddress
      smtp?: ServerAddress
    }

/**
 * A button for each app by which a mailbox can sign in without a password; without one, the way to set it up. `only` that
 * app, under another `label`. `isShared`: somebody else signed in before. `onGranted`: what follows where nobody has to
 * consent; else the mailbox's page. Where somebody has to, the provider sends them to the consent page.
 */
export function SignInWith(props: {
  target: SignInTarget
  only?: number
  label?: string
  isShared?: boolean
  onGranted?: (mailbox: MailboxSettings) => void
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const apps = useQuery({ queryKey: ['sign-in-apps'], queryFn: () => call(listSignInApps) })
  const form = useForm({ isShared: props.isShared === true }, async () => undefined)
  const offered = (apps.data?.data ?? []).filter(app => props.only === undefined || app.id === props.only)
  if (apps.data === undefined) return null
  if (offered.length === 0) {
    return (
      <p>
        <Link to="/settings/sign-in-apps">{t('signInWith.setUp')}</Link>
      </p>
    )
  }
  return (
    <div className={css.form}>
      <div className={css.actions}>
        {offered.map(app => (
          <AppButton key={app.id} app={app} {...props} isShared={form.values.isShared} />
        ))}
      </div>
      {offered.some(app => app.kind === 'microsoft' || app.kind === 'openid') && <Shared form={form} />}
    </div>
  )
}

function Shared(props: { form: Form<{ isShared: boolean }> }) {
  const { t } = useTranslation()
  const { values, set } = props.form
  return (
    <Checkbox
      label={t('signInWith.shared')}
      description={t('signInWith.sharedHint')}
      checked={values.isShared}
      onChange={event => set({ isShared: event.currentTarget.checked })}
    />
  )
}

function AppButton(props: {
  app: SignInApp
  target: SignInTarget
  isShared: boolean
  label?: string
  onGranted?: (mailbox: MailboxSettings) => void
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const notices = useNotices()
  const { app, target, isShared } = props
  const isDelegated = app.kind === 'google_delegation'
  const form = useForm({}, async () => {
    if ('address' in target && target.address === '') return notices.refused(t('signInWith.needsAddress'))
    const body = { appId: app.id, ...target }
    if (!isDelegated) {
      const { url } = await call(startConsent, { body: { ...body, isShared } })
      window.location.assign(url)
      return
    }
    const mailbox = await call(connectDelegated, { body })
    await queries.invalidateQueries()
    if (props.onGranted !== undefined) return props.onGranted(mailbox)
    notices.done(t('consent.done', { name: mailbox.name }))
    await navigate({ to: '/settings/mailboxes/$id', params: { id: String(mailbox.id) } })
  })
  return (
    <>
      <Button variant="default" loading={form.isBusy} onClick={() => form.submit()}>
        {props.label ?? t(isDelegated ? 'signInWith.delegated' : 'signInWith.button', { name: app.name })}
      </Button>
      {form.error !== undefined && <SignInFault error={form.error} />}
    </>
  )
}
