import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { signIn } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { useEnter } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './door.module.css'
import { Door } from './door.tsx'

/** Sign in with address and password. */
export default function SignInPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const enter = useEnter()
  const form = useForm({ email: '', password: '' }, async values => {
    enter(await call(signIn, { body: values }))
  })
  return (
    <Door title={t('signIn.title')}>
      <form className={css.form} onSubmit={form.submit}>
        {form.error !== undefined && <Fault error={form.error} />}
        <TextInput
          label={t('form.email')}
          type="email"
          autoComplete="username"
          required
          size="sm"
          value={form.values.email}
          onChange={event => form.set({ email: event.currentTarget.value })}
          error={form.wrong('email')}
        />
        <PasswordInput
          label={t('form.password')}
          autoComplete="current-password"
          required
          visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
          value={form.values.password}
          onChange={event => form.set({ password: event.currentTarget.value })}
        />
        <Button type="submit" loading={form.isBusy}>
          {t('action.signIn')}
        </Button>
        <Link to="/forgot">{t('signIn.forgot')}</Link>
      </form>
    </Door>
  )
}
