import { Button, NumberInput, Radio } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type Erasure, listErasures, MAX_TRASH_DAYS, setTrash, type Trash } from '../../shared/trash.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useAgents, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { EmptyButton } from '../trash/empty-button.tsx'
import { useTrash } from '../trash/use-trash.ts'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { PagedList, usePages } from './paged-list.tsx'

const OFFERED_DAYS = 30

/** How long deleted tickets stay, what lies in the Trash, and who deleted how many of them for good. */
export function TrashPage() {
  const { t } = useTranslation()
  const me = useMe()
  const trash = useTrash()
  if (!isAdmin(me)) return <NoPermission />
  return (
    <Page title={t('settings.trash')} hint={t('trash.pageHint')}>
      {trash.isPending && <Skeleton rows={3} />}
      {trash.isError && <Fault error={trash.error} onRetry={() => void trash.refetch()} />}
      {trash.data !== undefined && (
        <>
          <DaysCard trash={trash.data} />
          <Card title={t('trash.inIt')}>
            <p>
              {trash.data.ticketCount === 0
                ? t('empty.trash')
                : t('trash.count', { count: trash.data.ticketCount ?? 0 })}
            </p>
            <div className={css.actions}>
              <EmptyButton size="sm" />
            </div>
          </Card>
        </>
      )}
      <Erasures />
    </Page>
  )
}

function DaysCard(props: { trash: Trash }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { days } = props.trash
  const form = useForm({ isForEver: days === null, days: days ?? OFFERED_DAYS }, async values => {
    const kept = await call(setTrash, { body: { days: values.isForEver ? null : values.days } })
    queries.setQueryData(['trash'], kept)
    await queries.invalidateQueries({ queryKey: ['ticket'] })
    notices.done(t('trash.kept'))
  })
  const { isForEver } = form.values
  return (
    <Card title={t('trash.howLong')}>
      <form className={css.form} onSubmit={form.submit}>
        <Radio.Group
          aria-label={t('trash.howLong')}
          value={isForEver ? 'ever' : 'days'}
          onChange={value => form.set({ isForEver: value === 'ever' })}
        >
          <div className={css.form}>
            <Radio value="days" label={t('trash.forDays')} />
            <Radio value="ever" label={t('trash.neverErased')} />
          </div>
        </Radio.Group>
        {!isForEver && (
          <NumberInput
            label={t('trash.daysLabel')}
            description={t('trash.daysHint')}
            min={1}
            max={MAX_TRASH_DAYS}
            allowDecimal={false}
            clampBehavior="blur"
            value={form.values.days}
            error={form.wrong('days')}
            onChange={value => form.set({ days: Number(value) })}
          />
        )}
        {form.error !== undefined && <Fault error={form.error} />}
        <div className={css.actions}>
          <Button type="submit" loading={form.isBusy}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function Erasures() {
  const { t } = useTranslation()
  const { call } = useApi()
  const pages = usePages(['erasures'], query => call(listErasures, { query }), {
    enabled: true,
    refetchInterval: 10_000, // an emptying goes on in the background
  })
  return (
    <>
      <h2>{t('trash.history')}</h2>
      <PagedList pages={pages} none={t('trash.noHistory')}>
        {pages.rows.map(row => (
          <ErasureLine key={row.id} erasure={row} />
        ))}
      </PagedList>
    </>
  )
}

function ErasureLine(props: { erasure: Erasure }) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const { erasure } = props
  const name = useAgents().data?.find(({ id }) => id === erasure.agentId)?.name ?? ''
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>
          {t('trash.count', { count: erasure.ticketCount })},{' '}
          {t('trash.messages', { count: erasure.messageCount })}
        </p>
        <p className={css.sub}>
          {t(`trash.by.${erasure.kind}`, { name })}
          {erasure.endedAt === null && ` · ${t('trash.underWay')}`}
        </p>
      </div>
      <span className={css.sub}>{fullTime(new Date(erasure.askedAt), style)}</span>
    </li>
  )
}
