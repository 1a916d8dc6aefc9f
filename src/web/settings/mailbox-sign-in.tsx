import { PasswordInput, TextInput } from '@mantine/core'
import type { MailboxSettings, ServerAddress } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { CheckFault } from './check-list.tsx'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { ServerFields, serverOf, type TypedServer } from './server-fields.tsx'
import { useSaveMailbox } from './use-save-mailbox.ts'

/** Another password or server for a mailbox; checked before it is stored. The stored password is never shown. */
export function SignInForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { mailbox } = props
  const save = useSaveMailbox(mailbox.id)
  const initial = {
    username: mailbox.username ?? '',
    password: '',
    imap: typed(mailbox.imap, 993),
    smtp: typed(mailbox.smtp, 465),
  }
  const form = useForm(initial, async values => {
    const imap = serverOf(values.imap)
    const smtp = serverOf(values.smtp)
    await save({
      ...(values.username === '' ? {} : { username: values.username }),
      ...(values.password === '' ? {} : { password: values.password }),
      ...(imap === undefined ? {} : { imap }),
      ...(smtp === undefined ? {} : { smtp }),
    })
    form.set({ password: '' })
  })
  const { values, set } = form
  return (
    <Card title={t('mailbox.signIn')}>
      <form className={css.form} onSubmit={form.submit}>
        <div className={css.two}>
          <TextInput
            label={t('connect.username')}
            autoComplete="off"
            spellCheck={false}
            value={values.username}
            onChange={event => set({ username: event.currentTarget.value })}
          />
          <PasswordInput
            label={t('form.newPassword')}
            description={t('mailbox.passwordKept')}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
            value={values.password}
            onChange={event => set({ password: event.currentTarget.value })}
          />
        </div>
        {mailbox.kind === 'imap' && (
          <ServerFields title={t('server.imap')} server={values.imap} onChange={imap => set({ imap })} />
        )}
        <ServerFields title={t('server.smtp')} server={values.smtp} onChange={smtp => set({ smtp })} />
        <FormEnd form={form} Words={CheckFault} label={t('mailbox.checkAndSave')} />
      </form>
    </Card>
  )
}

function typed(server: ServerAddress | null, port: number): TypedServer {
  return server ?? { host: '', port, security: 'tls' }
}
