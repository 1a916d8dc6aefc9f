import { Button, TagsInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type MailboxSettings, updateMailbox } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import css from './page.module.css'
import { Card } from './page.tsx'

/** Whose word counts about who wrote a mail: the receiving server's, and that of forwarders who seal. */
export function SenderChecksForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { id, authservId, seenAuthservId, trustedSealers } = props.mailbox
  const form = useForm({ authservId: authservId ?? '', trustedSealers }, async values => {
    const name = values.authservId.trim()
    const body = { authservId: name === '' ? null : name, trustedSealers: values.trustedSealers }
    const mailbox = await call(updateMailbox, { params: { id }, body })
    queries.setQueryData(['mailbox', id], mailbox)
    notices.done(t('done.saved'))
  })
  const { values, set } = form
  return (
    <Card title={t('senderChecks.title')}>
      <p className={css.sub}>{t('senderChecks.hint')}</p>
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('senderChecks.server')}
          description={t('senderChecks.serverHint')}
          maxLength={253}
          autoComplete="off"
          spellCheck={false}
          value={values.authservId}
          onChange={event => set({ authservId: event.currentTarget.value })}
          error={form.wrong('authservId')}
        />
        {seenAuthservId !== null && values.authservId === '' && (
          <p className={css.sub}>
            {t('senderChecks.seen', { server: seenAuthservId })}{' '}
            <Button size="compact-xs" variant="default" onClick={() => set({ authservId: seenAuthservId })}>
              {t('senderChecks.use')}
            </Button>
          </p>
        )}
        <TagsInput
          label={t('senderChecks.sealers')}
          description={t('senderChecks.sealersHint')}
          maxTags={20}
          splitChars={[',', ' ', ';']}
          value={values.trustedSealers}
          onChange={sealers => set({ trustedSealers: sealers })}
          error={form.wrong('trustedSealers')}
        />
        {form.error !== undefined && <Fault error={form.error} />}
        <div className={css.actions}>
          <Button type="submit" loading={form.isBusy}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
