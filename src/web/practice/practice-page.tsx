import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { getPractice, type PracticeCustomer, removePractice, startPractice } from '../../shared/practice.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { Page } from '../settings/page.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { CustomerMails } from './customer-mails.tsx'
import css from './practice-page.module.css'

/** The customers' side of the practice mailboxes: what each received, and a pen to answer as them. */
export function PracticePage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const me = useMe()
  const practice = useQuery({
    queryKey: ['practice'],
    queryFn: () => call(getPractice),
    enabled: isAdmin(me),
    // Customers have no live feed; their mail comes by itself within seconds.
    refetchInterval: 3000,
  })
  if (!isAdmin(me)) return <NoPermission />
  return (
    <Page
      title={t('settings.practice')}
      hint={t('practice.hint')}
      action={practice.data?.isConnected === true && <RemoveButton />}
    >
      {practice.isPending && <Skeleton rows={3} />}
      {practice.isError && <Fault error={practice.error} onRetry={() => void practice.refetch()} />}
      {practice.data?.isConnected === false && <StartButton />}
      {practice.data?.isConnected === true && <Customers customers={practice.data.customers} />}
    </Page>
  )
}

function Customers(props: { customers: readonly PracticeCustomer[] }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string>()
  const customer = props.customers.find(one => one.address === chosen) ?? props.customers[0]
  if (customer === undefined) return <p>{t('practice.none')}</p>
  return (
    <div className={css.sides}>
      <ul className={css.customers} aria-label={t('practice.customers')}>
        {props.customers.map(one => (
          <li key={one.address}>
            <button
              type="button"
              className={css.customer}
              aria-pressed={one.address === customer.address}
              onClick={() => setChosen(one.address)}
            >
              <span className={css.name}>{one.name}</span>
              <span className={css.sub}>{languageName(one.language)}</span>
            </button>
          </li>
        ))}
      </ul>
      <CustomerMails key={customer.address} customer={customer} />
    </div>
  )
}

function StartButton() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const form = useForm({}, async () => {
    await call(startPractice)
    await queries.invalidateQueries()
  })
  return (
    <div>
      <p className={css.sub}>{t('start.practiceHint')}</p>
      {form.error !== undefined && <Fault error={form.error} />}
      <Button mt={12} loading={form.isBusy} onClick={() => form.submit()}>
        {t('start.practice')}
      </Button>
    </div>
  )
}

// Asked twice: it drops the practice tickets with everything in them.
function RemoveButton() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const [isAsked, setIsAsked] = useState(false)
  const form = useForm({}, async () => {
    await call(removePractice)
    await queries.invalidateQueries()
  })
  if (!isAsked) {
    return (
      <Button variant="default" onClick={() => setIsAsked(true)}>
        {t('practice.remove')}
      </Button>
    )
  }
  return (
    <div className={css.asked} role="alert">
      <p>{t('practice.removeSure')}</p>
      {form.error !== undefined && <Fault error={form.error} />}
      <Button color="red" loading={form.isBusy} onClick={() => form.submit()}>
        {t('practice.remove')}
      </Button>
      <Button variant="default" onClick={() => setIsAsked(false)}>
        {t('action.cancel')}
      </Button>
    </div>
  )
}
