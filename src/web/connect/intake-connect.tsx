import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { connectIntakeMailbox, type MailboxSettings } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { CheckFault } from '../settings/check-list.tsx'
import { FormEnd } from '../settings/form-end.tsx'
import { IntakeWords } from '../settings/intake-words.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { ServerFields, type TypedServer } from '../settings/server-fields.tsx'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { nameFrom, type Typed } from './typed-account.ts'

/** The way in without IMAP: the operator's own mail server hands the mail in, and replies leave by its SMTP. */
export function IntakeConnect(props: { typed: Typed; onMade: (mailbox: MailboxSettings) => void }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Card title={t('intake.title')}>
      <p className={css.sub}>{t('intake.hint')}</p>
      {isOpen ? (
        <IntakeForm {...props} />
      ) : (
        <div className={css.actions}>
          <Button variant="default" onClick={() => setIsOpen(true)}>
            {t('intake.open')}
          </Button>
        </div>
      )}
    </Card>
  )
}

/** Where an own server takes mail to be sent on. */
const USUAL: TypedServer = { host: '', port: 587, security: 'starttls' }

function IntakeForm(props: { typed: Typed; onMade: (mailbox: MailboxSettings) => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const { address, smtp: typed } = props.typed
  const smtp = typed.host === '' ? USUAL : typed
  const form = useForm({ address, smtp, username: '', password: '' }, async values => {
    const username = values.username.trim()
    const mailbox = await call(connectIntakeMailbox, {
      body: {
        address: values.address,
        name: nameFrom(values.address),
        smtp: values.smtp,
        ...(username !== '' && { username }),
        ...(values.password !== '' && { password: values.password }),
      },
    })
    await queries.invalidateQueries({ queryKey: ['mailboxes'] })
    props.onMade(mailbox)
  })
  const { values, set } = form
  return (
    <form className={css.form} onSubmit={form.submit}>
      <IntakeWords address={values.address} />
      <TextInput
        label={t('connect.address')}
        type="email"
        autoComplete="off"
        required
        value={values.address}
        onChange={event => set({ address: event.currentTarget.value.trim() })}
        error={form.wrong('address')}
      />
      <ServerFields
        title={t('intake.smtp')}
        isRequired
        server={values.smtp}
        onChange={server => set({ smtp: server })}
      />
      <div className={css.two}>
        <TextInput
          label={t('connect.username')}
          placeholder={values.address}
          autoComplete="off"
          spellCheck={false}
          value={values.username}
          onChange={event => set({ username: event.currentTarget.value })}
        />
        <PasswordInput
          label={t('connect.password')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
          value={values.password}
          onChange={event => set({ password: event.currentTarget.value })}
        />
      </div>
      <p className={css.sub}>{t('intake.noPassword')}</p>
      {form.error !== undefined && (
        <CheckFault error={form.error} onMend={(_kind, server) => set({ smtp: server })} />
      )}
      <FormEnd form={{ isBusy: form.isBusy, error: undefined }} label={t('intake.submit')} />
    </form>
  )
}
