import { Button, Modal, Select, Switch, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type Invitation, inviteAgent } from '../../shared/agents.ts'
import type { Mailbox } from '../../shared/mailboxes.ts'
import { LANGUAGES } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useMailboxes, useMe } from '../session.ts'
import { browserLanguage } from '../speech.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { AccessFields } from './access-fields.tsx'
import css from './page.module.css'

/** Invites an agent: who, in which language, with which role and mailboxes. */
export function InviteDialog(props: { onClose: () => void; onInvited: (invitation: Invitation) => void }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('agents.invite')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      {mailboxes.isPending && <Skeleton rows={4} />}
      {mailboxes.isError && <Fault error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />}
      {/* Not before: an agent invited with no mailbox would see none. */}
      {mailboxes.data !== undefined && <InviteForm {...props} mailboxes={mailboxes.data} />}
    </Modal>
  )
}

function InviteForm(props: {
  mailboxes: readonly Mailbox[]
  onClose: () => void
  onInvited: (invitation: Invitation) => void
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const me = useMe()
  const { mailboxes } = props
  const form = useForm(
    {
      name: '',
      email: '',
      role: 'agent' as 'owner' | 'admin' | 'agent',
      language: me.language,
      mailboxIds: mailboxes.map(mailbox => mailbox.id),
      sendMail: mailboxes.length > 0,
    },
    async values => {
      props.onInvited(await call(inviteAgent, { body: values }))
      await queries.invalidateQueries({ queryKey: ['agents'] })
      props.onClose()
    },
  )
  const { values, set } = form
  return (
    <form className={css.form} onSubmit={form.submit}>
      <TextInput
        label={t('form.name')}
        required
        maxLength={100}
        data-autofocus
        value={values.name}
        onChange={event => set({ name: event.currentTarget.value })}
        error={form.wrong('name')}
      />
      <TextInput
        label={t('form.email')}
        type="email"
        required
        value={values.email}
        onChange={event => set({ email: event.currentTarget.value.trim() })}
        error={form.wrong('email')}
      />
      <Select
        label={t('form.language')}
        allowDeselect={false}
        data={LANGUAGES.map(value => ({ value, label: languageName(value) }))}
        value={values.language}
        onChange={value => set({ language: browserLanguage([value ?? '']) })}
      />
      <AccessFields
        role={values.role}
        mailboxIds={values.mailboxIds}
        onRole={role => set({ role })}
        onMailboxes={mailboxIds => set({ mailboxIds })}
      />
      <Switch
        label={t('agents.sendMail')}
        checked={values.sendMail}
        onChange={event => set({ sendMail: event.currentTarget.checked })}
      />
      {form.error !== undefined && <Fault error={form.error} />}
      <Button type="submit" loading={form.isBusy}>
        {t('agents.invite')}
      </Button>
    </form>
  )
}
