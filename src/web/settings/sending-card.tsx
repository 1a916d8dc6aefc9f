import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listOutboxMailboxes, type OutboxMailbox } from '../../shared/outbox.ts'
import { OUTBOX_GROUPS } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { whenWords } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card, Facts } from './page.tsx'

/** Every mailbox with what waits in it; asked for anew every ten seconds. */
export function useOutboxMailboxes(isEnabled = true) {
  const { call } = useApi()
  return useQuery({
    queryKey: ['outbox', 'mailboxes'],
    queryFn: async () => (await call(listOutboxMailboxes)).data,
    refetchInterval: 10_000,
    enabled: isEnabled,
  })
}

/** What waits in a mailbox to be sent, and what holds it; nothing where nothing does. */
export function SendingCard(props: { mailboxId: number }) {
  const { t, i18n } = useTranslation()
  const row = useOutboxMailboxes().data?.find(one => one.mailboxId === props.mailboxId)
  if (row === undefined) return null
  const waiting = OUTBOX_GROUPS.filter(group => row.counts[group] > 0)
  if (waiting.length === 0 && row.hold === null) return null
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Card title={t('outbox.title')}>
      <HoldWords mailbox={row} />
      <Facts
        facts={waiting.map(group => [t(`outbox.group.${group}`), number.format(row.counts[group])] as const)}
      />
      <p className={css.sub}>
        <Link to="/settings/outbox" search={{ mailbox: props.mailboxId }}>
          {t('outbox.open')}
        </Link>
      </p>
    </Card>
  )
}

/** Until when the provider's limit holds a mailbox, and why; nothing where none does. */
export function HoldWords(props: { mailbox: OutboxMailbox }) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(30_000)
  const { hold } = props.mailbox
  if (hold === null) return null
  return (
    <p className={css.sub} role="status">
      {t(`outbox.hold.${hold.code}`, { time: whenWords(new Date(hold.until), now, style) })}
    </p>
  )
}
