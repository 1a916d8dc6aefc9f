import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  downloadQuarantined,
  type LedgerRow,
  listLedgerRows,
  listQuarantine,
  retryQuarantined,
} from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMailbox, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime, sizeWords } from '../ui/format-time.ts'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Page } from './page.tsx'
import { PagedList, usePages } from './paged-list.tsx'

/** Mail that could not be filed: kept with its reason, to be tried again or taken away as a file. */
export function QuarantinePage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const me = useMe()
  // Mails that were tried again here stay in sight until the page is left, as they leave the list at once.
  const [tried, setTried] = useState<readonly LedgerRow[]>([])
  const pages = usePages(['quarantine'], query => call(listQuarantine, { query }), { enabled: isAdmin(me) })
  if (!isAdmin(me)) return <NoPermission />
  const rows = [...tried, ...pages.rows.filter(row => !tried.some(one => one.id === row.id))]
  return (
    <Page title={t('settings.quarantine')} hint={t('quarantine.hint')}>
      <PagedList pages={pages} none={t('quarantine.none')}>
        {rows.map(row => (
          <QuarantineLine key={row.id} row={row} onTried={() => setTried(now => [...now, row])} />
        ))}
      </PagedList>
    </Page>
  )
}

function QuarantineLine(props: { row: LedgerRow; onTried: () => void }) {
  const { t } = useTranslation()
  const { call, appBase } = useApi()
  const { row } = props
  const [isTried, setIsTried] = useState(false)
  const retry = useForm({}, async () => {
    await call(retryQuarantined, { params: { id: row.id } })
    setIsTried(true)
    props.onTried()
  })
  return (
    <li className={css.row}>
      <div className={css.main}>
        <MailFacts row={row} />
        {retry.error !== undefined && <Fault error={retry.error} />}
        {isTried && <RetryState row={row} onStill={() => setIsTried(false)} />}
      </div>
      {!isTried && row.sha256 !== null && (
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
      )}
    </li>
  )
}

function MailFacts(props: { row: LedgerRow }) {
  const { t, i18n } = useTranslation()
  const timeStyle = useTimeStyle()
  const { row } = props
  const mailbox = useMailbox(row.mailboxId)
  const code = row.outcome === 'too_large' ? 'too-large' : (row.reason?.split(/[:\s]/)[0] ?? 'unknown')
  const size = row.sizeBytes === null ? '' : ` · ${sizeWords(row.sizeBytes, i18n.language)}`
  return (
    <>
      <p className={css.title}>{t([`reason.${code}`, 'reason.unknown'], { code })}</p>
      <p className={css.sub}>
        {mailbox?.name} · {row.folder} · UID {row.uid}
        {size}
      </p>
      <p className={css.sub}>
        {fullTime(new Date(row.receivedAt), timeStyle)}
        {row.attempts > 0 && ` · ${t('quarantine.attempts', { count: row.attempts })}`}
      </p>
      {row.reason !== null && row.reason !== code && <p className={css.sub}>{row.reason}</p>}
    </>
  )
}

// Filing takes its turn after the answer: asked for every second until it is known.
function RetryState(props: { row: LedgerRow; onStill: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const { id, mailboxId } = props.row
  const { data } = useQuery({
    queryKey: ['quarantine-retry', id],
    gcTime: 0,
    queryFn: async () => {
      const stored = await call(listLedgerRows, { query: { mailboxId, outcome: 'stored', limit: 100 } })
      if (stored.nextCursor !== null || stored.data.some(row => row.id === id)) return 'waiting'
      const kept = await call(listQuarantine, { query: { limit: 100 } })
      if (!kept.data.some(row => row.id === id)) return 'filed'
      await queries.invalidateQueries({ queryKey: ['quarantine'] })
      return 'still'
    },
    refetchInterval: query =>
      query.state.data === undefined || query.state.data === 'waiting' ? 1000 : false,
  })
  return (
    <p role="status" className={css.sub}>
      {t(`quarantine.${data ?? 'waiting'}`)}{' '}
      {data === 'still' && (
        <Button variant="subtle" size="xs" onClick={props.onStill}>
          {t('action.retry')}
        </Button>
      )}
    </p>
  )
}
