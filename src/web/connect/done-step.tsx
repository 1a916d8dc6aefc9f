import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import type { MailboxSettings } from '../../shared/mailboxes.ts'
import { OldMailBar } from '../settings/old-mail-bar.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { useTranslation } from '../texts.tsx'
import own from './connect.module.css'

/** The mailbox works: where its mail is seen, and what to set up next. */
export function DoneStep(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id, name } = props.mailbox
  return (
    <Card>
      <p className={own.done} role="status">
        <CircleCheck size={20} strokeWidth={1.75} aria-hidden />
        {t('connect.done', { name })}
      </p>
      <OldMailBar mailboxId={id} />
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
