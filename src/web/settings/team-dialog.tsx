import { Checkbox, Modal, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { createTeam, type Team, updateTeam } from '../../shared/teams.ts'
import { useApi } from '../api.tsx'
import { useAgents, useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'

// No mailboxes chosen yet are all there are, also those that come while the dialog is open.
type Content = { name: string; memberIds: number[]; mailboxIds: number[] | null }

/** Makes a team, or changes its name, members and mailboxes. A new one works in every mailbox until it is said otherwise. */
export function TeamDialog(props: { team: Team | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const agents = (useAgents().data ?? []).filter(agent => agent.state !== 'deactivated')
  const mailboxes = useMailboxes().data ?? []
  const { team } = props
  const initial: Content = {
    name: team?.name ?? '',
    memberIds: team?.memberIds ?? [],
    mailboxIds: team?.mailboxIds ?? null,
  }
  const mailboxIdsOf = (content: Content) => content.mailboxIds ?? mailboxes.map(mailbox => mailbox.id)
  const { values, set, ...form } = useForm(initial, async content => {
    const body = { ...content, mailboxIds: mailboxIdsOf(content) }
    if (team === undefined) await call(createTeam, { body })
    else await call(updateTeam, { params: { id: team.id }, body })
    await Promise.all(['teams', 'queues'].map(key => queries.invalidateQueries({ queryKey: [key] })))
    notices.done(t('done.saved'))
    props.onClose()
  })
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={team?.name ?? t('teams.create')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('teams.name')}
          required
          maxLength={60}
          data-autofocus
          value={values.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <Checks
          label={t('teams.members')}
          choices={agents.map(({ id, name, email }) => ({ id, words: `${name} · ${email}` }))}
          ids={values.memberIds}
          onChange={memberIds => set({ memberIds })}
        />
        <Checks
          label={t('settings.mailboxes')}
          choices={mailboxes.map(({ id, name, address }) => ({ id, words: `${name} · ${address}` }))}
          ids={mailboxIdsOf(values)}
          onChange={mailboxIds => set({ mailboxIds })}
        />
        <FormEnd form={form} />
      </form>
    </Modal>
  )
}

function Checks(props: {
  label: string
  choices: readonly { id: number; words: string }[]
  ids: readonly number[]
  onChange: (ids: number[]) => void
}) {
  return (
    <Checkbox.Group
      label={props.label}
      value={props.ids.map(String)}
      onChange={ids => props.onChange(ids.map(Number))}
    >
      <div className={css.form} style={{ gap: 8, paddingTop: 8 }}>
        {props.choices.map(({ id, words }) => (
          <Checkbox key={id} value={String(id)} label={words} />
        ))}
      </div>
    </Checkbox.Group>
  )
}
