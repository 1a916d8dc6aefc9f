import { Button, Modal, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type Agent, updateAgent } from '../../shared/agents.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { AccessFields } from './access-fields.tsx'
import css from './page.module.css'

/** Changes the name, role and mailboxes of an agent. */
export function AgentDialog(props: { agent: Agent; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { id, name, role, mailboxIds } = props.agent
  const form = useForm({ name, role, mailboxIds }, async values => {
    const { unassignedTickets: count } = await call(updateAgent, { params: { id }, body: values })
    await queries.invalidateQueries({ queryKey: ['agents'] })
    notices.done(count === 0 ? t('done.saved') : t('agents.released', { name: values.name, count }))
    props.onClose()
  })
  const { values, set } = form
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.agent.email}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
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
        <AccessFields
          role={values.role}
          mailboxIds={values.mailboxIds}
          onRole={wanted => set({ role: wanted })}
          onMailboxes={wanted => set({ mailboxIds: wanted })}
        />
        {form.error !== undefined && <Fault error={form.error} />}
        <Button type="submit" loading={form.isBusy}>
          {t('action.save')}
        </Button>
      </form>
    </Modal>
  )
}
