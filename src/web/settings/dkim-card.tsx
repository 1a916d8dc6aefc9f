import { Button, Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  checkDkimKey,
  type Dkim,
  type DkimDomain,
  type DkimKey,
  getDkim,
  renewDkimKey,
  setDkim,
} from '../../shared/dkim.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime, whenWords } from '../ui/format-time.ts'
import { useForm } from '../ui/use-form.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { Copied } from './copied.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

/** Whether we sign a mailbox's mail (DKIM): the record to publish for each of its domains, and whether DNS has it. */
export function DkimCard(props: { mailboxId: number }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { mailboxId } = props
  const params = { id: mailboxId }
  const dkim = useQuery({ queryKey: ['dkim', mailboxId], queryFn: () => call(getDkim, { params }) })
  const flip = useDkimStep(mailboxId, () => call(setDkim, { params, body: { isOn: !dkim.data?.isOn } }))
  if (dkim.isPending) return null
  if (dkim.data === undefined) return <Fault error={dkim.error} onRetry={() => void dkim.refetch()} />
  const { isOn, domains } = dkim.data
  if (domains.length === 0) return null
  return (
    <Card title={t('dkim.title')}>
      <Switch
        label={t('dkim.on')}
        description={t(!isOn && domains.some(one => one.keys.length > 0) ? 'dkim.kept' : 'dkim.hint')}
        checked={flip.isBusy ? !isOn : isOn}
        disabled={flip.isBusy}
        onChange={() => flip.submit()}
      />
      {flip.error !== undefined && <Fault error={flip.error} />}
      {isOn && domains.map(one => <Domain key={one.domain} mailboxId={mailboxId} domain={one} />)}
    </Card>
  )
}

/** A step whose answer is how all of it stands then. */
function useDkimStep(mailboxId: number, step: () => Promise<Dkim>) {
  const queries = useQueryClient()
  return useForm({}, async () => {
    queries.setQueryData(['dkim', mailboxId], await step())
    await queries.invalidateQueries({ queryKey: ['mailbox', mailboxId] }) // a wrong record is a problem of it
  })
}

function Domain(props: { mailboxId: number; domain: DkimDomain }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { mailboxId } = props
  const { domain, addresses, keys } = props.domain
  const renew = useDkimStep(mailboxId, () =>
    call(renewDkimKey, { params: { id: mailboxId }, body: { domain } }),
  )
  const waiting = keys.find(key => key.state === 'waiting')
  const signing = keys.find(key => key.state === 'signing')
  return (
    <div className={css.group}>
      <div className={css.row}>
        <div className={css.main}>
          <h3 className={css.title}>{domain}</h3>
          <p className={css.sub}>{addresses.join(', ')}</p>
        </div>
        <DomainBadge waiting={waiting} signing={signing} />
        <Button variant="default" size="xs" loading={renew.isBusy} onClick={() => renew.submit()}>
          {t(keys.length === 0 ? 'dkim.make' : 'dkim.renew')}
        </Button>
      </div>
      {renew.error !== undefined && <Fault error={renew.error} />}
      {signing !== undefined && <SigningKey mailboxId={mailboxId} dkimKey={signing} />}
      {waiting !== undefined && (
        <>
          <p>{t(signing === undefined ? 'dkim.publish' : 'dkim.publishNew', { domain })}</p>
          <RecordFields dkimKey={waiting} />
          <CheckButton mailboxId={mailboxId} dkimKey={waiting} />
          <Outcome dkimKey={waiting} />
        </>
      )}
      {keys.map(
        key => key.keepUntil !== null && <ReplacedKey key={key.id} name={key.name} until={key.keepUntil} />,
      )}
    </div>
  )
}

function DomainBadge(props: { waiting: DkimKey | undefined; signing: DkimKey | undefined }) {
  const { t } = useTranslation()
  const { waiting, signing } = props
  const [state, tone] = badgeOf(waiting, signing)
  return (
    <span className={css.badge} data-tone={tone}>
      {t(`dkim.state.${state}`)}
    </span>
  )
}

function badgeOf(waiting: DkimKey | undefined, signing: DkimKey | undefined) {
  if (signing === undefined) return waiting ? (['waiting', 'warn'] as const) : (['unsigned', 'warn'] as const)
  const { check } = signing
  const isWrong = check !== null && check.outcome !== 'right' && check.outcome !== 'unreachable'
  return isWrong ? (['wrong', 'danger'] as const) : (['signing', 'ok'] as const)
}

function RecordFields(props: { dkimKey: DkimKey }) {
  const { t } = useTranslation()
  const { name, value, zoneLine } = props.dkimKey
  return (
    <div className={css.form}>
      <Copied label={t('dkim.name')} text={name} />
      <Copied label={t('dkim.value')} text={value} />
      <details>
        <summary>{t('dkim.zoneLine')}</summary>
        <Copied label={t('dkim.zoneLine')} text={zoneLine} />
      </details>
    </div>
  )
}

function SigningKey(props: { mailboxId: number; dkimKey: DkimKey }) {
  const { t } = useTranslation()
  return (
    <>
      <Outcome dkimKey={props.dkimKey} />
      <details>
        <summary>{t('dkim.record')}</summary>
        <div className={css.form}>
          <RecordFields dkimKey={props.dkimKey} />
          <CheckButton {...props} />
        </div>
      </details>
    </>
  )
}

function CheckButton(props: { mailboxId: number; dkimKey: DkimKey }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { mailboxId } = props
  const { id: keyId, check } = props.dkimKey
  const form = useDkimStep(mailboxId, () => call(checkDkimKey, { params: { id: mailboxId, keyId } }))
  return (
    <>
      <div className={css.actions}>
        <Button
          size="xs"
          variant={check === null ? 'filled' : 'default'}
          loading={form.isBusy}
          onClick={() => form.submit()}
        >
          {t('dkim.check')}
        </Button>
      </div>
      {form.error !== undefined && <Fault error={form.error} />}
    </>
  )
}

function Outcome(props: { dkimKey: DkimKey }) {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const { check } = props.dkimKey
  return (
    <div role="status">
      {check !== null && (
        <div className={css.problem} data-tone={check.outcome === 'right' ? 'ok' : 'danger'}>
          <p>{t(`dkim.outcome.${check.outcome}`)}</p>
          {check.found !== null && check.outcome !== 'right' && (
            <p>
              {t('dkim.found')} <code>{check.found}</code>
            </p>
          )}
          <p>{t('dkim.checkedAt', { time: fullTime(new Date(check.at), timeStyle) })}</p>
        </div>
      )}
    </div>
  )
}

function ReplacedKey(props: { name: string; until: string }) {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const until = whenWords(new Date(props.until), useNow(3_600_000), timeStyle)
  return <p className={css.sub}>{t('dkim.replaced', { name: props.name, until })}</p>
}
