import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { getLink, useLink as linkUse, type Me } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { useEnter } from '../session.ts'
import { browserLanguage } from '../speech.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { NewPassword } from '../ui/new-password.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './door.module.css'
import { Door } from './door.tsx'

/** The page of a one-time link: an invitation, or a new password. Looking at it does not use it up. */
export function LinkPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const token = useParams({ strict: false }).token ?? ''
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => call(getLink, { params: { token } }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (link.isPending) {
    return (
      <Door title="Letterdesk">
        <Skeleton rows={2} />
      </Door>
    )
  }
  if (link.isError) {
    return (
      <Door title={t('link.bad')}>
        {isCut(link.error) ? <p>{t('link.cut')}</p> : <Fault error={link.error} />}
        <Link to="/">{t('page.home')}</Link>
      </Door>
    )
  }
  const { purpose, email, name } = link.data
  return (
    <Door title={t(`link.${purpose}`)} hint={email}>
      <LinkForm token={token} name={name} isInvitation={purpose === 'invitation'} />
    </Door>
  )
}

// Too short or too long for any link of ours: mail programs break them where a line ends.
function isCut(error: unknown): boolean {
  return error instanceof CallFailed && error.code === 'bad-request'
}

function LinkForm(props: { token: string; name: string; isInvitation: boolean }) {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const enter = useEnter()
  const navigate = useNavigate()
  const form = useForm({ name: props.name, password: '' }, async values => {
    const own = props.isInvitation
      ? {
          name: values.name,
          language: browserLanguage([i18n.language]),
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        }
      : {}
    const me: Me = await call(linkUse, {
      params: { token: props.token },
      body: { password: values.password, ...own },
    })
    enter(me)
    await navigate({ to: '/' })
  })
  return (
    <form className={css.form} onSubmit={form.submit}>
      {form.error !== undefined && <Fault error={form.error} />}
      {props.isInvitation && (
        <TextInput
          label={t('form.name')}
          autoComplete="name"
          required
          maxLength={100}
          value={form.values.name}
          onChange={event => form.set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
      )}
      <NewPassword
        label={t('form.newPassword')}
        value={form.values.password}
        onValue={password => form.set({ password })}
        error={form.wrong('password')}
      />
      <Button type="submit" loading={form.isBusy}>
        {t(props.isInvitation ? 'link.join' : 'link.save')}
      </Button>
    </form>
  )
}
