import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Mailbox } from '../../shared/mailboxes.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { MailboxTitle } from './mailbox-title.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { ProblemWords } from './problem-words.tsx'

/** Every mailbox with how it is doing, and the way to connect another. */
export function MailboxesPage() {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  if (!isAdmin(useMe())) return <NoPermission />
  return (
    <Page
      title={t('settings.mailboxes')}
      hint={t('mailbox.hint')}
      action={
        <Button component={Link} to="/settings/mailboxes/new">
          {t('start.connect')}
        </Button>
      }
    >
      {mailboxes.isPending && <Skeleton rows={3} />}
      {mailboxes.isError && <Fault error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />}
      {mailboxes.data?.length === 0 && <p>{t('mailbox.none')}</p>}
      {mailboxes.data !== undefined && mailboxes.data.length > 0 && (
        <Card>
          <ul className={css.rows}>
            {mailboxes.data.map(mailbox => (
              <MailboxLine key={mailbox.id} mailbox={mailbox} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}

function MailboxLine(props: { mailbox: Mailbox }) {
  const { t } = useTranslation()
  const { mailbox } = props
  return (
    <li className={css.row}>
      <MailboxTitle mailbox={mailbox} />
      {mailbox.kind === 'practice' && <span className={css.badge}>{t('mailbox.practice')}</span>}
      {mailbox.kind === 'intake' && <span className={css.badge}>{t('mailbox.intake')}</span>}
      <StateBadge mailbox={mailbox} />
      {mailbox.problem !== null && (
        <ProblemWords code={mailbox.problem.code} detail={mailbox.problem.detail} />
      )}
    </li>
  )
}

/** The state of a mailbox in one word: working, in trouble, or paused. */
export function StateBadge(props: { mailbox: Pick<Mailbox, 'state' | 'problem'> }) {
  const { t } = useTranslation()
  if (props.mailbox.state === 'paused') {
    return (
      <span className={css.badge} data-tone="warn">
        {t('mailbox.state.paused')}
      </span>
    )
  }
  const isWell = props.mailbox.problem === null
  return (
    <span className={css.badge} data-tone={isWell ? 'ok' : 'danger'}>
      {t(isWell ? 'mailbox.state.active' : 'mailbox.state.problem')}
    </span>
  )
}
