import { Select } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { listOutbox, type OutboxMailbox } from '../../shared/outbox.ts'
import { OUTBOX_GROUPS, type OutboxGroup } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { OutboxLine } from './outbox-line.tsx'
import css from './outbox-page.module.css'
import { Card, Page } from './page.tsx'
import { PagedList, usePages } from './paged-list.tsx'
import { ProblemWords } from './problem-words.tsx'
import { HoldWords, useOutboxMailboxes } from './sending-card.tsx'

/** Outgoing mail that is not settled well, with what holds each mailbox; tried anew or stopped from here. */
export function OutboxPage() {
  const { t } = useTranslation()
  const me = useMe()
  const { call } = useApi()
  const { mailbox: mailboxId } = useSearch({ from: '/signed-in/settings/outbox' })
  const [group, setGroup] = useState<OutboxGroup>()
  const mailboxes = useOutboxMailboxes(isAdmin(me))
  const filter = {
    ...(mailboxId === undefined ? {} : { mailboxId }),
    ...(group === undefined ? {} : { group }),
  }
  const pages = usePages(
    ['outbox', 'mails', mailboxId ?? null, group ?? null],
    query => call(listOutbox, { query: { ...filter, ...query } }),
    // What waits goes by itself, without a hint of the live feed.
    { enabled: isAdmin(me), refetchInterval: 10_000 },
  )
  if (!isAdmin(me)) return <NoPermission />
  const shown = (mailboxes.data ?? []).filter(one => mailboxId === undefined || one.mailboxId === mailboxId)
  return (
    <Page title={t('settings.outbox')} hint={t('outbox.hint')}>
      <div className={css.filters}>
        <MailboxFilter mailboxId={mailboxId} />
        <GroupFilter mailboxes={shown} group={group} onGroup={setGroup} />
      </div>
      {shown.filter(isStuck).map(one => (
        <StuckMailbox key={one.mailboxId} mailbox={one} />
      ))}
      <PagedList pages={pages} none={t('outbox.none')}>
        {pages.rows.map(row => (
          <OutboxLine key={row.messageId} mail={row} />
        ))}
      </PagedList>
    </Page>
  )
}

function isStuck({ isPaused, problem, hold, counts }: OutboxMailbox): boolean {
  const waits = counts.held + counts.deferred > 0
  return hold !== null || (waits && (isPaused || problem !== null))
}

function StuckMailbox(props: { mailbox: OutboxMailbox }) {
  const { t } = useTranslation()
  const { mailboxId, isPaused, problem } = props.mailbox
  const name = useMailboxes().data?.find(one => one.id === mailboxId)?.name ?? ''
  return (
    <Card title={name}>
      {isPaused && <p>{t('outbox.paused')}</p>}
      {problem !== null && <ProblemWords code={problem.code} detail={problem.detail} />}
      <HoldWords mailbox={props.mailbox} />
    </Card>
  )
}

function MailboxFilter(props: { mailboxId: number | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mailboxes = useMailboxes().data ?? []
  return (
    <Select
      label={t('outbox.mailbox')}
      allowDeselect={false}
      data={[
        { value: '', label: t('outbox.allMailboxes') },
        ...mailboxes.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      value={props.mailboxId === undefined ? '' : String(props.mailboxId)}
      onChange={value =>
        void navigate({ to: '/settings/outbox', search: value ? { mailbox: Number(value) } : {} })
      }
    />
  )
}

function GroupFilter(props: {
  mailboxes: readonly OutboxMailbox[]
  group: OutboxGroup | undefined
  onGroup: (group: OutboxGroup | undefined) => void
}) {
  const { t, i18n } = useTranslation()
  const number = new Intl.NumberFormat(i18n.language)
  const countOf = (group: OutboxGroup) => props.mailboxes.reduce((sum, one) => sum + one.counts[group], 0)
  const all = OUTBOX_GROUPS.reduce((sum, group) => sum + countOf(group), 0)
  return (
    <div className={css.groups} role="radiogroup" aria-label={t('outbox.groups')}>
      {[undefined, ...OUTBOX_GROUPS].map(group => (
        <label key={group ?? 'all'} className={css.group}>
          <input
            type="radio"
            className="visually-hidden"
            name="outbox-group"
            checked={group === props.group}
            onChange={() => props.onGroup(group)}
          />
          {t(`outbox.group.${group ?? 'all'}`)}
          <span className={css.count}>{number.format(group === undefined ? all : countOf(group))}</span>
        </label>
      ))}
    </div>
  )
}
