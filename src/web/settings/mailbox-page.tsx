import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import {
  getMailbox,
  type MailboxSettings,
  pauseMailbox,
  resumeMailbox,
  type ServerAddress,
} from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import { AfterFilingCard } from './after-filing-card.tsx'
import { AliasesForm } from './aliases-form.tsx'
import { AutomaticMailCard } from './automatic-mail-card.tsx'
import { DkimCard } from './dkim-card.tsx'
import { FoldersCard } from './folders-card.tsx'
import { HoursForm } from './hours-form.tsx'
import { IntakeCard } from './intake-card.tsx'
import { LedgerCard } from './ledger-card.tsx'
import { MailboxForm } from './mailbox-form.tsx'
import { MailboxGrant } from './mailbox-grant.tsx'
import { SignInForm } from './mailbox-sign-in.tsx'
import { StateBadge } from './mailboxes-page.tsx'
import { OldMailCard } from './old-mail-bar.tsx'
import css from './page.module.css'
import { Card, Facts, Page } from './page.tsx'
import { ProblemWords } from './problem-words.tsx'
import { SenderChecksForm } from './sender-checks-form.tsx'
import { SendingCard } from './sending-card.tsx'
import { TemplatesCard } from './templates-card.tsx'
import { TestMailCard } from './test-mail-card.tsx'

/** One mailbox: how it is doing, its settings, its sign-in, and its ledger. */
export function MailboxPage() {
  const { call } = useApi()
  const me = useMe()
  const id = Number(useParams({ strict: false }).id)
  const mailbox = useQuery({
    queryKey: ['mailbox', id],
    queryFn: () => call(getMailbox, { params: { id } }),
    enabled: isAdmin(me),
    // How it is doing changes without a hint of the live feed.
    refetchInterval: 10_000,
  })
  if (!isAdmin(me)) return <NoPermission />
  if (mailbox.isPending) return <Skeleton rows={4} />
  if (mailbox.data === undefined)
    return <Fault error={mailbox.error} onRetry={() => void mailbox.refetch()} />
  return <Settings key={id} mailbox={mailbox.data} />
}

function Settings(props: { mailbox: MailboxSettings }) {
  const { mailbox } = props
  const { id, kind, signInApp } = mailbox
  return (
    <Page title={mailbox.name} hint={mailbox.address}>
      <HealthCard mailbox={mailbox} />
      {kind === 'intake' ? <IntakeCard address={mailbox.address} /> : <OldMailCard mailboxId={id} />}
      {signInApp !== null && <MailboxGrant mailbox={mailbox} />}
      <SendingCard mailboxId={id} />
      <MailboxForm mailbox={mailbox} />
      {signInApp === null && kind === 'imap' && <MailboxGrant mailbox={mailbox} />}
      {kind !== 'practice' && <SignInForm mailbox={mailbox} />}
      {kind === 'imap' && <TestMailCard mailbox={mailbox} />}
      {kind === 'imap' && <FoldersCard mailboxId={id} />}
      {kind === 'imap' && <AfterFilingCard mailbox={mailbox} />}
      {kind !== 'practice' && <SenderChecksForm mailbox={mailbox} />}
      {kind !== 'practice' && <DkimCard mailboxId={id} />}
      <AliasesForm mailbox={mailbox} />
      <HoursForm mailbox={mailbox} />
      <TemplatesCard mailboxId={id} />
      <AutomaticMailCard mailboxId={id} />
      <LedgerCard mailboxId={id} />
    </Page>
  )
}

function HealthCard(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const { mailbox } = props
  const time = (at: string | null) => (at === null ? t('mailbox.never') : fullTime(new Date(at), timeStyle))
  return (
    <Card>
      <div className={css.row}>
        <div className={css.main}>
          <StateBadge mailbox={mailbox} />
        </div>
        <PauseButton mailbox={mailbox} />
      </div>
      {mailbox.problem !== null && (
        <ProblemWords {...mailbox.problem} provider={mailbox.provider} address={mailbox.address} />
      )}
      <Facts
        facts={[
          ...comingFacts(t, mailbox, time(mailbox.fetchedAt)),
          [t('mailbox.sentAt'), time(mailbox.sentAt)],
          ...serverFacts(t('server.imap'), mailbox.imap),
          ...serverFacts(t('server.smtp'), mailbox.smtp),
          ...rewriteFacts(t, mailbox),
        ]}
      />
    </Card>
  )
}

/** When its mail came last, and how. */
function comingFacts(t: TFunction, { kind, fetchMode }: MailboxSettings, at: string): [string, string][] {
  if (kind === 'intake') return [[t('mailbox.handedInAt'), at]]
  const mode = fetchMode === null ? '–' : t(`mailbox.mode.${fetchMode}`)
  return [
    [t('mailbox.fetchedAt'), at],
    [t('mailbox.fetchMode'), mode],
  ]
}

function serverFacts(name: string, server: ServerAddress | null): (readonly [string, string])[] {
  if (server === null) return []
  const security = server.security === 'tls' ? 'TLS' : 'STARTTLS'
  return [[name, `${server.host}:${server.port} · ${security}`]]
}

/** What its servers change in our mail: seen there, it would otherwise look like another's. */
function rewriteFacts(t: TFunction, { keepsMessageId, keepsDate }: MailboxSettings): [string, string][] {
  const changed = [
    keepsMessageId === false && t('check.rewritesId'),
    keepsDate === false && t('check.rewritesDate'),
  ].filter(words => typeof words === 'string')
  return changed.length === 0
    ? []
    : [[t('mailbox.rewrites'), t('mailbox.rewrites.known', { what: changed.join(', ') })]]
}

function PauseButton(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const isPaused = props.mailbox.state === 'paused'
  const params = { id: props.mailbox.id }
  const form = useForm({}, async () => {
    const mailbox = isPaused ? await call(resumeMailbox, { params }) : await call(pauseMailbox, { params })
    queries.setQueryData(['mailbox', mailbox.id], mailbox)
    await queries.invalidateQueries({ queryKey: ['mailboxes'] })
  })
  return (
    <>
      {form.error !== undefined && <Fault error={form.error} />}
      <Button variant="default" size="xs" loading={form.isBusy} onClick={() => form.submit()}>
        {t(isPaused ? 'mailbox.resume' : 'mailbox.pause')}
      </Button>
    </>
  )
}
