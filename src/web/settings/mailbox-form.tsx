import { Select, Switch, TextInput } from '@mantine/core'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { useTeamsAtWork } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { SignatureField } from './signature-field.tsx'
import { TemplateFault } from './template-fault.tsx'
import { useSaveMailbox } from './use-save-mailbox.ts'

const COLOURS = [1, 2, 3, 4, 5, 6]
const SENT_COPIES = ['append', 'by_server', 'none'] as const
const UNCERTAIN_RULES = ['ask', 'repeat_once'] as const

const NO_TEAM = ''

/** Name, colour, team of new tickets, signature, acknowledgement, and what becomes of sent mail. */
export function MailboxForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { id, name, colour, defaultTeamId, signature, acknowledges, sentCopy, uncertainRule } = props.mailbox
  const teams = useTeamsAtWork(id).map(team => ({ value: String(team.id), label: team.name }))
  const initial = { name, colour, defaultTeamId, signature, acknowledges, sentCopy, uncertainRule }
  const form = useForm(initial, useSaveMailbox(id))
  const { values, set } = form
  return (
    <Card title={t('mailbox.general')}>
      <form className={css.form} onSubmit={form.submit}>
        <div className={css.two}>
          <TextInput
            label={t('connect.name')}
            required
            maxLength={100}
            value={values.name}
            onChange={event => set({ name: event.currentTarget.value })}
            error={form.wrong('name')}
          />
          <Select
            label={t('mailbox.colour')}
            allowDeselect={false}
            data={COLOURS.map(value => ({ value: String(value), label: t(`mailbox.colour.${value}`) }))}
            value={String(values.colour)}
            onChange={value => set({ colour: Number(value) })}
          />
        </div>
        <Select
          label={t('mailbox.team')}
          description={t('mailbox.teamHint')}
          allowDeselect={false}
          data={[{ value: NO_TEAM, label: t('assign.noTeam') }, ...teams]}
          value={values.defaultTeamId === null ? NO_TEAM : String(values.defaultTeamId)}
          onChange={value => set({ defaultTeamId: value ? Number(value) : null })}
        />
        <SignatureField
          kind="mailbox"
          label={t('mailbox.signature')}
          hint={t('mailbox.signatureHint')}
          value={values.signature}
          onValue={text => set({ signature: text })}
        />
        <Switch
          label={t('mailbox.acknowledges')}
          description={t('mailbox.acknowledgesHint')}
          checked={values.acknowledges}
          onChange={event => set({ acknowledges: event.currentTarget.checked })}
        />
        {props.mailbox.kind !== 'intake' && (
          <Select
            label={t('mailbox.sentCopy')}
            allowDeselect={false}
            data={SENT_COPIES.map(value => ({ value, label: t(`mailbox.sentCopy.${value}`) }))}
            value={values.sentCopy}
            onChange={value => set({ sentCopy: SENT_COPIES.find(word => word === value) ?? values.sentCopy })}
          />
        )}
        <Select
          label={t('mailbox.uncertain')}
          description={t('mailbox.uncertainHint')}
          allowDeselect={false}
          data={UNCERTAIN_RULES.map(value => ({ value, label: t(`mailbox.uncertain.${value}`) }))}
          value={values.uncertainRule}
          onChange={value =>
            set({ uncertainRule: UNCERTAIN_RULES.find(word => word === value) ?? values.uncertainRule })
          }
        />
        <FormEnd form={form} Words={TemplateFault} />
      </form>
    </Card>
  )
}
