import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { getMailbox, type MailboxSettings } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { FoldersCard } from '../settings/folders-card.tsx'
import { IntakeWords } from '../settings/intake-words.tsx'
import { OldMailBar } from '../settings/old-mail-bar.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { TestMailCard } from '../settings/test-mail-card.tsx'
import { useTranslation } from '../texts.tsx'
import { agoWords } from '../ui/format-time.ts'
import { useNow } from '../ui/use-now.ts'
import own from './connect.module.css'

/**
 * The mailbox works: where its mail is seen, and what to set up next. `asksFolders`: nobody was asked yet which folders
 * are watched, and no test mail went.
 */
export function DoneStep(props: { mailbox: MailboxSettings; asksFolders: boolean }) {
  return (
    <>
      <DoneCard mailbox={props.mailbox} />
      {props.asksFolders && <FoldersCard mailboxId={props.mailbox.id} withOldMail />}
      {props.asksFolders && <TestMailCard mailbox={props.mailbox} isBegunAtOnce />}
    </>
  )
}

function DoneCard(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id, name } = props.mailbox
  return (
    <Card>
      <p className={own.done} role="status">
        <CircleCheck size={20} strokeWidth={1.75} aria-hidden />
        {t('connect.done', { name })}
      </p>
      {props.mailbox.kind === 'intake' ? (
        <FirstHandedIn mailbox={props.mailbox} />
      ) : (
        <OldMailBar mailboxId={id} />
      )}
      <p className={css.sub}>{t('connect.doneNext')}</p>
      <div className={css.actions}>
        <Button onClick={() => void navigate({ to: '/queue/$queue', params: { queue: 'unassigned' } })}>
          {t('connect.openInbox')}
        </Button>
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/settings/mailboxes/$id', params: { id: String(id) } })}
        >
          {t('connect.openSettings')}
        </Button>
      </div>
    </Card>
  )
}

/** What to tell the mail server, and whether it has handed in anything yet. */
function FirstHandedIn(props: { mailbox: MailboxSettings }) {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const now = useNow(10_000)
  const { id, address } = props.mailbox
  const mailbox = useQuery({
    queryKey: ['mailbox', id],
    queryFn: () => call(getMailbox, { params: { id } }),
    refetchInterval: 3_000,
  })
  const at = mailbox.data?.fetchedAt ?? null
  return (
    <>
      <IntakeWords address={address} />
      <div role="status" className={css.problem} data-tone={at === null ? 'note' : 'ok'}>
        {at === null ? (
          <>
            <p>{t('intake.waits')}</p>
            <p>{t('intake.nextMail', { address })}</p>
          </>
        ) : (
          <p>{t('intake.works', { ago: agoWords(new Date(at), now, i18n.language) })}</p>
        )}
      </div>
    </>
  )
}
