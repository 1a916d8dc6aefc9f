import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Files } from 'lucide-react'
import { useState } from 'react'
import { type Ticket, type Twin, takeOver } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { refreshAll } from '../live.ts'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './twin-strip.module.css'

/**
 * Says that copies of the same mail are in several mailboxes: of a twin, who handles it, and the way to
 * take it over; of a lead, where else it is. Nothing for a ticket that is alone.
 */
export function TwinStrip(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { ticket } = props
  if (!ticket.isTwin && ticket.twins.length === 0) return null
  const lead = ticket.twins.find(twin => twin.isLead)
  return (
    <div className={css.strip} role="note">
      <Files size={14} strokeWidth={1.75} aria-hidden className={css.icon} />
      {ticket.isTwin ? (
        <>
          <span className={css.words}>
            {lead === undefined ? t('twin.elsewhere') : t('twin.handledIn')}{' '}
            {lead !== undefined && <TwinLink twin={lead} />}
          </span>
          <TakeOver ticket={ticket} />
        </>
      ) : (
        <span className={css.words}>
          {t('twin.alsoIn')}{' '}
          {ticket.twins.map(twin => (
            <TwinLink key={twin.number} twin={twin} />
          ))}
        </span>
      )}
    </div>
  )
}

// Opens the other ticket over the list that is shown: it need not stand in it.
function TwinLink(props: { twin: Twin }) {
  const { number, mailboxId } = props.twin
  const { queue = 'all' } = useParams({ strict: false })
  const mailbox = useMailboxes().data?.find(one => one.id === mailboxId)
  if (mailbox === undefined) return null
  return (
    <Link to="/queue/$queue/$number" params={{ queue, number }} className={css.link} title={mailbox.address}>
      <MailboxMark colour={mailbox.colour} name={mailbox.name} />
      {mailbox.name} <span className={css.number}>#{number}</span>
    </Link>
  )
}

function TakeOver(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const [isBusy, setIsBusy] = useState(false)
  const { number } = props.ticket
  const take = async () => {
    setIsBusy(true)
    try {
      await call(takeOver, { params: { number } })
      notices.done(t('done.takenOver', { number }))
    } catch (error) {
      notices.failed(error)
    } finally {
      refreshAll(queries)
      setIsBusy(false)
    }
  }
  return (
    <Button size="compact-xs" variant="default" disabled={isBusy} onClick={() => void take()}>
      {t('twin.takeOver')}
    </Button>
  )
}
