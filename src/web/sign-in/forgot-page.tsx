import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { requestPasswordReset } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './door.module.css'
import { Door } from './door.tsx'

/** Asks for a reset link; says the same whether the address is known or not. */
export function ForgotPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const [isSent, setIsSent] = useState(false)
  const form = useForm({ email: '' }, async values => {
    await call(requestPasswordReset, { body: values })
    setIsSent(true)
  })
  return (
    <Door title={t('forgot.title')} hint={isSent ? undefined : t('forgot.hint')}>
      {isSent ? (
        <p role="status">{t('forgot.sent', { email: form.values.email })}</p>
      ) : (
        <form className={css.form} onSubmit={form.submit}>
          {form.error !== undefined && <Fault error={form.error} />}
          <TextInput
            label={t('form.email')}
            type="email"
            autoComplete="username"
            required
            value={form.values.email}
            onChange={event => form.set({ email: event.currentTarget.value })}
            error={form.wrong('email')}
          />
          <Button type="submit" loading={form.isBusy}>
            {t('forgot.send')}
          </Button>
        </form>
      )}
      <Link to="/">{t('forgot.back')}</Link>
    </Door>
  )
}
