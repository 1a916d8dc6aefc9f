import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  downloadQuarantined,
  type LedgerRow,
  listQuarantine,
  retryQuarantined,
} from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMailbox, useMe } from '../session.ts'
import { Fault } from '../ui/fault.tsx'
import { fullTime, sizeWords } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card, Page } from './page.tsx'

/** Mail that could not be filed: kept with its reason, to be tried again or taken away as a file. */
export function QuarantinePage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const me = useMe()
  const pages = useInfiniteQuery({
    queryKey: ['quarantine'],
    queryFn: ({ pageParam }) =>
      call(listQuarantine, { query: pageParam === undefined ? {} : { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor ?? undefined,
    enabled: isAdmin(me),
  })
  if (!isAdmin(me)) return <NoPermission />
  const rows = pages.data?.pages.flatMap(page => page.data) ?? []
  return (
    <Page title={t('settings.quarantine')} hint={t('quarantine.hint')}>
      {pages.isPending && <Skeleton rows={3} />}
      {pages.isError && <Fault error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && rows.length === 0 && <p>{t('quarantine.none')}</p>}
      {rows.length > 0 && (
        <Card>
          <ul className={css.rows}>
            {rows.map(row => (
              <QuarantineLine key={row.id} row={row} />
            ))}
          </ul>
        </Card>
      )}
      {pages.hasNextPage && (
        <Button
          variant="default"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
    </Page>
  )
}

function QuarantineLine(props: { row: LedgerRow }) {
  const { t, i18n } = useTranslation()
  const { call, appBase } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const timeStyle = useTimeStyle()
  const { row } = props
  const mailbox = useMailbox(row.mailboxId)
  const retry = useForm({}, async () => {
    const tried = await call(retryQuarantined, { params: { id: row.id } })
    notices.done(t(tried.outcome === 'quarantined' ? 'quarantine.still' : 'quarantine.filed'))
    await queries.invalidateQueries({ queryKey: ['quarantine'] })
  })
  const code = row.reason?.split(/[:\s]/)[0] ?? 'unknown'
  const size = row.sizeBytes === null ? '' : ` · ${sizeWords(row.sizeBytes, i18n.language)}`
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>{t([`reason.${code}`, 'reason.unknown'], { code })}</p>
        <p className={css.sub}>
          {mailbox?.name} · {row.folder} · UID {row.uid}
          {size}
        </p>
        <p className={css.sub}>
          {fullTime(new Date(row.receivedAt), timeStyle)} ·{' '}
          {t('quarantine.attempts', { count: row.attempts })}
        </p>
        {row.reason !== null && <p className={css.sub}>{row.reason}</p>}
        {retry.error !== undefined && <Fault error={retry.error} />}
      </div>
      <div className={css.actions}>
        <Button variant="default" size="xs" loading={retry.isBusy} onClick={() => retry.submit()}>
          {t('action.retry')}
        </Button>
        <Button
          variant="default"
          size="xs"
          component="a"
          href={apiUrl(appBase, downloadQuarantined.path, { params: { id: row.id } })}
          download
        >
          {t('details.raw')}
        </Button>
      </div>
    </li>
  )
}
