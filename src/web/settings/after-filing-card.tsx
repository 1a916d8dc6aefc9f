import { Checkbox, Select } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type MailboxSettings, type MailFolders, setAfterFiling } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import type { TFunction } from '../words-of.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { useFolders } from './use-folders.ts'

/** What is done on the mail server with new mail once it is filed: nothing, or it is marked as read, or moved. */
export function AfterFilingCard(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const folders = useFolders(props.mailbox.id)
  return (
    <Card title={t('afterFiling.title')}>
      <p className={css.sub}>{t('afterFiling.hint')}</p>
      <p className={css.sub}>{t('afterFiling.spared')}</p>
      {/* Where the server cannot be asked, it can be switched off all the same. */}
      {!folders.isPending && (
        <AfterFilingForm
          mailbox={props.mailbox}
          targets={folders.data === undefined ? [] : folders.data.moveTargets}
        />
      )}
    </Card>
  )
}

type Targets = MailFolders['moveTargets']

const STAYS = ''

function AfterFilingForm(props: { mailbox: MailboxSettings; targets: Targets }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { mailbox, targets } = props
  const { marksRead, movesTo } = mailbox.afterFiling
  const form = useForm({ marksRead, movesTo: movesTo ?? STAYS }, async values => {
    const body = { marksRead: values.marksRead, movesTo: values.movesTo === STAYS ? null : values.movesTo }
    const saved = await call(setAfterFiling, { params: { id: mailbox.id }, body })
    queries.setQueryData(['mailbox', mailbox.id], saved)
    notices.done(t('done.saved'))
  })
  const { values, set } = form
  return (
    <form className={css.form} onSubmit={form.submit}>
      <Checkbox
        label={t('afterFiling.marksRead')}
        checked={values.marksRead}
        onChange={event => set({ marksRead: event.currentTarget.checked })}
      />
      <Select
        label={t('afterFiling.movesTo')}
        {...(targets === null && { description: t('afterFiling.cannotMove') })}
        disabled={targets === null && values.movesTo === STAYS}
        data={optionsOf(t, targets ?? [], movesTo)}
        value={values.movesTo}
        allowDeselect={false}
        onChange={path => set({ movesTo: path ?? STAYS })}
      />
      <FormEnd form={form} />
    </form>
  )
}

/** A chosen folder that is gone is shown all the same. */
function optionsOf(t: TFunction, targets: NonNullable<Targets>, movesTo: string | null) {
  const shown = targets.map(({ path, role }) => ({
    value: path,
    label: role === 'other' ? path : t(`afterFiling.role.${role}`, { path }),
  }))
  const isGone = movesTo !== null && !targets.some(({ path }) => path === movesTo)
  const gone = isGone ? [{ value: movesTo, label: t('afterFiling.gone', { path: movesTo }) }] : []
  return [{ value: STAYS, label: t('afterFiling.stays') }, ...shown, ...gone]
}
