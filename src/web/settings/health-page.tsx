import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Expiry, getHealth, type Health, type MailboxHealth } from '../../shared/health.ts'
import { TROUBLES } from '../../shared/health-words.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { agoWords, fullDay, sizeWords } from '../ui/format-time.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { AlertingCard } from './alerting-card.tsx'
import { CanarySwitch } from './canary-switch.tsx'
import { DomainRecords } from './domain-records.tsx'
import { MailboxTitle } from './mailbox-title.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { ProblemWords } from './problem-words.tsx'

/** How every mailbox is doing: calm while all is well, else what is wrong and what to do first; and what will end soon. */
export function HealthPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const me = useMe()
  const health = useQuery({
    queryKey: ['health'],
    queryFn: () => call(getHealth),
    enabled: isAdmin(me),
    // How they are doing changes without a hint of the live feed.
    refetchInterval: 10_000,
  })
  if (!isAdmin(me)) return <NoPermission />
  return (
    <Page title={t('settings.health')} hint={t('health.hint')}>
      {health.isPending && <Skeleton rows={4} />}
      {health.isError && <Fault error={health.error} onRetry={() => void health.refetch()} />}
      {health.data !== undefined && (
        <>
          <Verdict health={health.data} />
          <Mailboxes mailboxes={health.data.mailboxes} />
          <DomainRecords domains={health.data.domains} />
          <Expiries expiries={health.data.expiries} />
          <AlertingCard health={health.data} />
        </>
      )}
    </Page>
  )
}

const unwatchedMs = 5 * 60_000 // it looks every minute

function Verdict(props: { health: Health }) {
  const { t } = useTranslation()
  const now = useNow(10_000)
  const { mailboxes, alerts, disk, lookedAt } = props.health
  const isWatched = lookedAt !== null && now.getTime() - Date.parse(lookedAt) < unwatchedMs
  const wrong = alerts.filter(one => one.trouble === 'domain')
  const count = mailboxes.filter(one => one.troubles.length > 0).length
  if (mailboxes.length === 0) return <p>{t('mailbox.none')}</p>
  const isCalm = count === 0 && isWatched && disk === 'enough' && wrong.length === 0
  return (
    <div role="status" className={css.problem} data-tone={isCalm ? 'ok' : 'danger'}>
      {isCalm && <p>{t('health.calm')}</p>}
      {count > 0 && <p>{t('health.troubled', { count })}</p>}
      {disk !== 'enough' && <p>{t(`health.${disk}`)}</p>}
      {wrong.map(({ id, name }) => (
        <p key={id}>{t('health.bar.domain', { name })}</p>
      ))}
      {!isWatched && <p>{t('health.unwatched')}</p>}
    </div>
  )
}

function Mailboxes(props: { mailboxes: readonly MailboxHealth[] }) {
  const { t } = useTranslation()
  if (props.mailboxes.length === 0) return null
  // What needs somebody comes first; among equals the order of names stays.
  const sorted = props.mailboxes.toSorted((a, b) => rankOf(a) - rankOf(b))
  return (
    <Card title={t('settings.mailboxes')}>
      <ul className={css.rows}>
        {sorted.map(mailbox => (
          <MailboxLine key={mailbox.id} mailbox={mailbox} />
        ))}
      </ul>
    </Card>
  )
}

function rankOf({ troubles: [worst] }: MailboxHealth): number {
  return worst === undefined ? TROUBLES.length : TROUBLES.indexOf(worst.trouble)
}

const TONES = { paused: 'warn', active: 'ok', problem: 'danger' } as const

function MailboxLine(props: { mailbox: MailboxHealth }) {
  const { t } = useTranslation()
  const { mailbox } = props
  const isWell = mailbox.troubles.length === 0
  const state = isWell ? 'active' : 'problem'
  const word = mailbox.state === 'paused' ? 'paused' : state
  return (
    <li className={css.row}>
      <MailboxTitle mailbox={mailbox} />
      <span className={css.badge} data-tone={TONES[word]}>
        {t(`mailbox.state.${word}`)}
      </span>
      {mailbox.troubles.map(one => (
        <TroubleWords key={one.trouble} mailbox={mailbox} trouble={one} />
      ))}
      {mailbox.afterFiling !== null && mailbox.state === 'active' && (
        <ProblemWords {...mailbox.afterFiling} tone="note" />
      )}
      <MailboxFacts mailbox={mailbox} />
      {mailbox.kind !== 'practice' && <CanarySwitch mailbox={mailbox} />}
    </li>
  )
}

function TroubleWords(props: { mailbox: MailboxHealth; trouble: MailboxHealth['troubles'][number] }) {
  const { t, i18n } = useTranslation()
  const now = useNow(10_000)
  const { mailbox, trouble: found } = props
  const { trouble, code, detail } = found
  const values = {
    ago: agoWords(new Date(found.since), now, i18n.language),
    count: countOf(mailbox, trouble),
    percent: percentOf(mailbox),
  }
  const isOutbox = trouble === 'sending' || trouble === 'outbox-stuck'
  return (
    <div className={css.problem}>
      <p>{t(`health.trouble.${trouble}`, values)}</p>
      <p>{t(`health.trouble.${trouble}.do`)}</p>
      {trouble === 'folder' && <UnreadFolders mailbox={mailbox} />}
      {trouble === 'ledger' && mailbox.balance !== null && <p>{foldersOf(mailbox.balance)}</p>}
      {code !== null && trouble !== 'folder' && <ProblemWords code={code} detail={detail} />}
      {isOutbox && (
        <p>
          <Link to="/settings/outbox" search={{ mailbox: mailbox.id }}>
            {t('settings.outbox')}
          </Link>
        </p>
      )}
    </div>
  )
}

/** Which folders cannot be read, each with its cause. */
function UnreadFolders(props: { mailbox: MailboxHealth }) {
  return props.mailbox.unreadFolders.map(({ path, code, detail }) => (
    <div key={path}>
      <p>
        <b>{path}</b>
      </p>
      <ProblemWords code={code} detail={detail} />
    </div>
  ))
}

function countOf({ balance, unfiled, unreadFolders }: MailboxHealth, trouble: string): number {
  if (trouble === 'folder') return unreadFolders.length
  return trouble === 'ledger' ? (balance?.missingCount ?? 0) : unfiled.count
}

function percentOf({ quota }: MailboxHealth): number {
  return quota === null ? 0 : Math.round((100 * quota.usedBytes) / quota.limitBytes)
}

/** What is known of a mailbox that does well, in one line. */
function MailboxFacts(props: { mailbox: MailboxHealth }) {
  const { t, i18n } = useTranslation()
  const now = useNow(10_000)
  const { mailbox } = props
  const { sentAt, balance, outbox, quota, quarantined } = mailbox
  const ago = (at: string) => agoWords(new Date(at), now, i18n.language)
  const facts = [
    cameWords(t, mailbox, ago),
    sentAt !== null && t('health.sent', { ago: ago(sentAt) }),
    outbox.waiting > 0 && t('health.waiting', { count: outbox.waiting }),
    balance !== null && balanceWords(t, balance),
    quarantined > 0 && t('health.quarantined', { count: quarantined }),
    quota !== null &&
      t('health.quota', {
        percent: percentOf(mailbox),
        size: sizeWords(quota.limitBytes, i18n.language),
      }),
    mailbox.canary !== null && canaryWords(t, mailbox.canary, ago),
    mailbox.signInApp !== null && t('health.byApp', { name: mailbox.signInApp.name }),
  ]
  return <p className={css.sub}>{facts.filter(fact => typeof fact === 'string').join(' · ')}</p>
}

/** When its mail came last: fetched by us, or handed in. */
function cameWords(
  t: ReturnType<typeof useTranslation>['t'],
  { kind, fetchedAt, fetchMode }: MailboxHealth,
  ago: (at: string) => string,
): string {
  const isHandedIn = kind === 'intake'
  if (fetchedAt === null) return t(isHandedIn ? 'health.neverHandedIn' : 'health.neverFetched')
  return t(isHandedIn ? 'health.handedIn' : `health.fetched.${fetchMode ?? 'poll'}`, { ago: ago(fetchedAt) })
}

function balanceWords(
  t: ReturnType<typeof useTranslation>['t'],
  balance: NonNullable<MailboxHealth['balance']>,
): string {
  const { serverCount, missingCount } = balance
  if (missingCount === 0) return t('health.balanced', { count: serverCount })
  return `${t('health.missing', { count: missingCount, all: serverCount })} (${foldersOf(balance)})`
}

/** Where mail is missing, as `Sent: 3, INBOX: 1`. */
function foldersOf({ missingIn }: NonNullable<MailboxHealth['balance']>): string {
  return missingIn.map(({ path, count }) => `${path}: ${count}`).join(', ')
}

function canaryWords(
  t: ReturnType<typeof useTranslation>['t'],
  { arrivedAt, arrivedIn, roundTripMs, lostCount }: NonNullable<MailboxHealth['canary']>,
  ago: (at: string) => string,
): string {
  if (lostCount > 0) return t('health.canaryLost', { count: lostCount })
  if (arrivedAt === null || roundTripMs === null) return t('health.canaryWaits')
  const seconds = Math.max(1, Math.round(roundTripMs / 1000))
  const place = arrivedIn === 'junk' ? 'canaryJunk' : 'canaryBack'
  return t(`health.${place}`, { seconds, ago: ago(arrivedAt) })
}

function Expiries(props: { expiries: readonly Expiry[] }) {
  const { t, i18n } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(3_600_000)
  return (
    <Card title={t('health.expiries')}>
      {props.expiries.length === 0 && <p className={css.sub}>{t('health.noExpiries')}</p>}
      <ul className={css.rows}>
        {props.expiries.map(one => (
          <li key={`${one.kind} ${one.id}`} className={css.row}>
            <div className={css.main}>
              <ExpiryLink expiry={one} />
              <p className={css.sub}>{t(`health.expiry.${one.kind}`)}</p>
            </div>
            <span className={css.badge} data-tone={toneOf(one, now)}>
              {fullDay(new Date(one.endsAt), style)} · {agoWords(new Date(one.endsAt), now, i18n.language)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function ExpiryLink(props: { expiry: Expiry }) {
  const { kind, id, name } = props.expiry
  if (kind === 'app-secret') {
    return (
      <Link to="/settings/sign-in-apps" className={css.title}>
        {name}
      </Link>
    )
  }
  return (
    <Link to="/settings/mailboxes/$id" params={{ id: String(id) }} className={css.title}>
      {name}
    </Link>
  )
}

const dayMs = 86_400_000

function toneOf({ endsAt }: Expiry, now: Date): 'ok' | 'warn' | 'danger' {
  const days = (Date.parse(endsAt) - now.getTime()) / dayMs
  if (days < 3) return 'danger'
  return days < 14 ? 'warn' : 'ok'
}
