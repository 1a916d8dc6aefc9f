import { Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { chooseMailFolders, type MailFolder } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { useFolders } from './use-folders.ts'

/** Which folders of the mail server are watched, from the list the server gives now. */
export function FoldersCard(props: { mailboxId: number }) {
  const { t } = useTranslation()
  const folders = useFolders(props.mailboxId)
  return (
    <Card title={t('folders.title')}>
      <p className={css.sub}>{t('folders.hint')}</p>
      {folders.isPending && <Skeleton rows={3} />}
      {folders.isError && <Fault error={folders.error} onRetry={() => void folders.refetch()} />}
      {folders.data !== undefined && (
        <FoldersForm key={folders.dataUpdatedAt} mailboxId={props.mailboxId} folders={folders.data.data} />
      )}
    </Card>
  )
}

function FoldersForm(props: { mailboxId: number; folders: readonly MailFolder[] }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const watched = props.folders.filter(({ isWatched }) => isWatched).map(({ path }) => path)
  const form = useForm({ paths: watched }, async ({ paths }) => {
    const params = { id: props.mailboxId }
    const folders = await call(chooseMailFolders, { params, body: { paths } })
    queries.setQueryData(['folders', props.mailboxId], folders)
    await queries.invalidateQueries({ queryKey: ['mailbox', props.mailboxId] })
    notices.done(t('done.saved'))
  })
  const { paths } = form.values
  const toggle = (path: string) =>
    form.set({ paths: paths.includes(path) ? paths.filter(one => one !== path) : [...paths, path] })
  return (
    <form className={css.form} onSubmit={form.submit}>
      {props.folders.map(folder => (
        <Checkbox
          key={folder.path}
          label={labelOf(t, folder)}
          description={hintOf(t, folder)}
          checked={paths.includes(folder.path)}
          onChange={() => toggle(folder.path)}
        />
      ))}
      <p className={css.sub}>{t('folders.never')}</p>
      <FormEnd form={form} />
    </form>
  )
}

function labelOf(t: TFunction, { path, mails }: MailFolder): string {
  return mails === null ? path : `${path} — ${t('folders.mails', { count: mails })}`
}

function hintOf(t: TFunction, { role, goneSince }: MailFolder): string | undefined {
  if (goneSince !== null) return t('folders.gone')
  return role === 'other' || role === 'archive' ? undefined : t(`folders.role.${role}`)
}
