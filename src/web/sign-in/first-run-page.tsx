import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { createOwner } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { useEnter } from '../session.ts'
import { browserLanguage } from '../speech.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { NewPassword } from '../ui/new-password.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './door.module.css'
import { Door } from './door.tsx'

/** The first page of a new installation: creates the owner; from afar only with the link printed in the log. */
export default function FirstRunPage(props: { needsLink: boolean; token: string | undefined }) {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const enter = useEnter()
  const navigate = useNavigate()
  const { token } = props
  const form = useForm({ name: '', email: '', password: '' }, async values => {
    const me = await call(createOwner, {
      body: {
        ...values,
        language: browserLanguage([i18n.language]),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        ...(token === undefined ? {} : { token }),
      },
    })
    await navigate({ to: '/start' })
    enter(me)
  })
  if (props.needsLink && token === undefined) {
    return <Door title={t('firstRun.title')} hint={t('firstRun.needsLink')} />
  }
  return (
    <Door title={t('firstRun.title')} hint={t('firstRun.hint')}>
      <form className={css.form} onSubmit={form.submit}>
        {form.error !== undefined && <Fault error={form.error} />}
        <TextInput
          label={t('form.name')}
          autoComplete="name"
          required
          maxLength={100}
          value={form.values.name}
          onChange={event => form.set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <TextInput
          label={t('form.email')}
          type="email"
          autoComplete="username"
          required
          value={form.values.email}
          onChange={event => form.set({ email: event.currentTarget.value })}
          error={form.wrong('email')}
        />
        <NewPassword
          label={t('form.password')}
          value={form.values.password}
          onValue={password => form.set({ password })}
          error={form.wrong('password')}
        />
        <Button type="submit" loading={form.isBusy}>
          {t('firstRun.create')}
        </Button>
      </form>
    </Door>
  )
}
