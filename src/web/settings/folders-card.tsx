import { Checkbox, Radio } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { WATCHED_ROLES } from '../../shared/mailbox-words.ts'
import { chooseMailFolders, type MailFolder } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import type { TFunction } from '../words-of.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { useFolders } from './use-folders.ts'

/**
 * Which folders of the mail server are watched, from the list the server gives now. `withOldMail`: of those chosen here as
 * much old mail comes in as of the mailbox; else none.
 */
export function FoldersCard(props: { mailboxId: number; withOldMail?: boolean }) {
  const { t } = useTranslation()
  const folders = useFolders(props.mailboxId)
  return (
    <Card title={t('folders.title')}>
      <p className={css.sub}>{t(props.withOldMail === true ? 'folders.hintNew' : 'folders.hint')}</p>
      {folders.isPending && <Skeleton rows={3} />}
      {folders.isError && <Fault error={folders.error} onRetry={() => void folders.refetch()} />}
      {folders.data !== undefined && (
        <FoldersForm key={folders.dataUpdatedAt} {...props} folders={folders.data.data} />
      )}
    </Card>
  )
}

function FoldersForm(props: { mailboxId: number; withOldMail?: boolean; folders: readonly MailFolder[] }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const watched = props.folders.filter(({ isWatched }) => isWatched).map(({ path }) => path)
  const form = useForm({ paths: watched }, async ({ paths }) => {
    const params = { id: props.mailboxId }
    const { withOldMail = false } = props
    const folders = await call(chooseMailFolders, { params, body: { paths, withOldMail } })
    queries.setQueryData(['folders', props.mailboxId], folders)
    await queries.invalidateQueries({ queryKey: ['mailbox', props.mailboxId] })
    notices.done(t('done.saved'))
  })
  const { paths } = form.values
  const toggle = (path: string) =>
    form.set({ paths: paths.includes(path) ? paths.filter(one => one !== path) : [...paths, path] })
  const all = props.folders.find(({ role }) => role === 'all')
  const isAll = all !== undefined && paths.includes(all.path)
  const offered = props.folders.filter(({ role }) => (isAll ? role === 'junk' : role !== 'all'))
  return (
    <form className={css.form} onSubmit={form.submit}>
      {all !== undefined && (
        <Radio.Group
          label={t('folders.by.label')}
          value={isAll ? 'all' : 'chosen'}
          onChange={by => form.set({ paths: pathsBy(by, props.folders, paths) })}
        >
          <Radio value="chosen" label={t('folders.by.chosen')} mt="xs" />
          <Radio value="all" label={all.path} description={t('folders.by.all')} mt="xs" />
        </Radio.Group>
      )}
      {offered.map(folder => (
        <Checkbox
          key={folder.path}
          label={labelOf(t, folder)}
          description={hintOf(t, folder)}
          checked={paths.includes(folder.path)}
          onChange={() => toggle(folder.path)}
        />
      ))}
      <p className={css.sub}>{t(all === undefined ? 'folders.never' : 'folders.neverByLabels')}</p>
      <FormEnd form={form} />
    </form>
  )
}

/** All Mail with Spam if that was chosen, or INBOX and Sent to begin with. */
function pathsBy(by: string, folders: readonly MailFolder[], paths: readonly string[]): string[] {
  const pathsOf = (...roles: MailFolder['role'][]) =>
    folders.filter(({ role }) => roles.includes(role)).map(({ path }) => path)
  const spam = pathsOf('junk').filter(path => paths.includes(path))
  return by === 'all' ? [...pathsOf('all'), ...spam] : [...pathsOf(...WATCHED_ROLES), ...spam]
}

function labelOf(t: TFunction, { path, mails }: MailFolder): string {
  return mails === null ? path : `${path} — ${t('folders.mails', { count: mails })}`
}

function hintOf(t: TFunction, { role, goneSince, goneDetail }: MailFolder): string | undefined {
  const said = goneDetail === null ? '' : ` ${t('delivery.serverSaid')} ${goneDetail}`
  if (goneSince !== null) return `${t('folders.gone')}${said}`
  return role === 'inbox' || role === 'sent' || role === 'junk' ? t(`folders.role.${role}`) : undefined
}
