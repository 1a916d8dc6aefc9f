import { Checkbox, Select } from '@mantine/core'
import { ROLES, type Role } from '../../shared/vocabulary.ts'
import { useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

/** Role and mailboxes of an agent. Admins and the owner have every mailbox; only an owner makes owners. */
export function AccessFields(props: {
  role: Role
  mailboxIds: readonly number[]
  onRole: (role: Role) => void
  onMailboxes: (mailboxIds: number[]) => void
}) {
  const { t } = useTranslation()
  const me = useMe()
  const mailboxes = useMailboxes().data ?? []
  const roles = ROLES.filter(role => role !== 'owner' || me.role === 'owner' || props.role === 'owner')
  return (
    <>
      <Select
        label={t('agents.role')}
        description={t(`role.${props.role}.hint`)}
        allowDeselect={false}
        data={roles.map(value => ({ value, label: t(`role.${value}`) }))}
        value={props.role}
        onChange={value => props.onRole(ROLES.find(role => role === value) ?? props.role)}
      />
      {props.role === 'agent' && mailboxes.length > 0 && (
        <Checkbox.Group
          label={t('settings.mailboxes')}
          value={props.mailboxIds.map(String)}
          onChange={ids => props.onMailboxes(ids.map(Number))}
        >
          <div className={css.form} style={{ gap: 8, paddingTop: 8 }}>
            {mailboxes.map(mailbox => (
              <Checkbox
                key={mailbox.id}
                value={String(mailbox.id)}
                label={`${mailbox.name} · ${mailbox.address}`}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </>
  )
}
