import { Button, TagsInput, TextInput } from '@mantine/core'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { useSaveMailbox } from './use-save-mailbox.ts'

/** Whose word counts about who wrote a mail: the receiving server's, and that of forwarders who seal. */
export function SenderChecksForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { id, authservId, seenAuthservId, trustedSealers } = props.mailbox
  const save = useSaveMailbox(id)
  const form = useForm({ authservId: authservId ?? '', trustedSealers }, async values => {
    const name = values.authservId.trim()
    await save({ authservId: name === '' ? null : name, trustedSealers: values.trustedSealers })
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
        <FormEnd form={form} />
      </form>
    </Card>
  )
}
