import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { cancelOutbox, type OutboxMail, retryOutbox } from '../../shared/outbox.ts'
import { useApi } from '../api.tsx'
import { useAgents, useMailbox } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { ServerWords } from '../ticket/server-words.tsx'
import { whenWords } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'

/** One mail of the outbox: whose, to whom, how it stands and why, and what can be done about it. */
export function OutboxLine(props: { mail: OutboxMail }) {
  const { t } = useTranslation()
  const { mail } = props
  const mailbox = useMailbox(mail.mailboxId)
  const author = useAgents().data?.find(agent => agent.id === mail.authorId)?.name
  const from = [mailbox?.name, mail.isAutomatic ? t('outbox.automatic') : author]
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>
          <Link to="/tickets/$number" params={{ number: String(mail.ticketNumber) }}>
            #{mail.ticketNumber}
          </Link>{' '}
          {mail.subject === '' ? t('ticket.noSubject') : mail.subject}
        </p>
        <p className={css.sub}>
          {[...from, t('outbox.to', { names: mail.recipients.join(', ') })]
            .filter(part => part !== undefined)
            .join(' · ')}
        </p>
        <StateWords mail={mail} />
        {mail.state !== 'held' && <ServerWords of={mail} />}
      </div>
      <Acts mail={mail} />
    </li>
  )
}

function StateWords(props: { mail: OutboxMail }) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(30_000)
  const { state, isScheduled, attempts } = props.mail
  const at = new Date(props.mail.dueAt)
  const isDue = at.getTime() < now.getTime()
  const ahead = isScheduled ? 'scheduled' : 'held'
  const held = isDue ? 'waiting' : ahead
  const words = t(`outbox.state.${state === 'held' ? held : state}`, { time: whenWords(at, now, style) })
  return (
    <p className={css.sub}>
      {words}
      {attempts > 0 && ` · ${t('outbox.attempts', { count: attempts })}`}
    </p>
  )
}

function Acts(props: { mail: OutboxMail }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const [isBusy, setIsBusy] = useState(false)
  const { messageId, canRetry, canCancel } = props.mail
  const run = async (route: typeof retryOutbox | typeof cancelOutbox, words: string) => {
    setIsBusy(true)
    try {
      await call(route, { params: { id: messageId } })
      notices.done(words)
    } catch (error) {
      notices.failed(error)
    } finally {
      setIsBusy(false)
      await queries.invalidateQueries({ queryKey: ['outbox'] })
    }
  }
  const small = { size: 'xs', variant: 'default', disabled: isBusy } as const
  return (
    <div className={css.actions}>
      {canRetry && (
        <Button {...small} onClick={() => void run(retryOutbox, t('outbox.retried'))}>
          {t('outbox.retry')}
        </Button>
      )}
      {canCancel && (
        <Button {...small} onClick={() => void run(cancelOutbox, t('outbox.cancelled'))}>
          {t('outbox.cancel')}
        </Button>
      )}
    </div>
  )
}
