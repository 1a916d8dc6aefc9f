import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import {
  CalendarClock,
  Check,
  CheckCheck,
  CircleAlert,
  CircleHelp,
  Clock,
  type LucideIcon,
  Send,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import type { Delivery } from '../../shared/delivery.ts'
import { decideUncertain, type Message } from '../../shared/tickets.ts'
import type { RecipientState } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { messageTime, whenWords } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './delivery-line.module.css'
import { type Shown, shownState } from './delivery-state.ts'
import { RepairReply } from './repair-reply.tsx'
import { ScheduledReply, TakeUpReply } from './scheduled-reply.tsx'
import { ServerWords } from './server-words.tsx'

const ICONS: Record<Shown, LucideIcon> = {
  held: Clock,
  sending: Send,
  deferred: Clock,
  uncertain: CircleHelp,
  accepted: Check,
  delayed: Clock,
  delivered: CheckCheck,
  bounced: CircleAlert,
  bouncedPartly: CircleAlert,
  failed: CircleAlert,
  cancelled: Undo2,
  scheduled: CalendarClock,
  late: Clock,
  lateHeld: Clock,
  overtaken: CircleAlert,
  stopped: Undo2,
}

/** How one of our messages stands: the state in words, the server's words, and a decision where one is due. */
export function DeliveryLine(props: {
  message: Message
  delivery: Delivery
  ticketNumber: number
  onForwardAgain: () => void
}) {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const now = useNow(30_000)
  const { delivery } = props
  const shown = shownState(delivery, now)
  const Icon = ICONS[shown]
  const at = new Date(delivery.dueAt)
  const time = shown === 'scheduled' ? whenWords(at, now, timeStyle) : messageTime(at, now, timeStyle)
  const troubled = delivery.recipients.filter(one => TROUBLE[one.state] !== undefined)
  const isBad = shown === 'failed' || shown === 'bounced' || shown === 'bouncedPartly'
  return (
    <div className={css.delivery} data-state={shown} role={isBad ? 'alert' : undefined}>
      <p className={css.line}>
        <Icon size={14} strokeWidth={2} aria-hidden />
        <span>{t(`delivery.${shown}`, { time })}</span>
        {delivery.mayHaveBeenSentTwice && <span>· {t('delivery.maybeTwice')}</span>}
      </p>
      {delivery.state !== 'accepted' && <ServerWords of={delivery} />}
      {troubled.length > 0 && (
        <ul className={css.refused}>
          {troubled.map(one => (
            <li key={one.address}>
              {t(`delivery.${TROUBLE[one.state]}`, { address: one.address })}
              {one.reason !== null && <> {t(`delivery.reason.${one.reason}`)}</>}
              {one.replyText !== null && one.replyText !== delivery.replyText && <q>{one.replyText}</q>}
            </li>
          ))}
        </ul>
      )}
      {delivery.state === 'uncertain' && <Decision {...props} />}
      {shown === 'scheduled' && <ScheduledReply message={props.message} ticketNumber={props.ticketNumber} />}
      {(shown === 'overtaken' || shown === 'stopped') && (
        <TakeUpReply message={props.message} ticketNumber={props.ticketNumber} />
      )}
      {isToRepair(delivery) && <RepairReply {...props} />}
    </div>
  )
}

// Of one that may have arrived it is to be said whether it did.
function isToRepair({ state, failure }: Delivery): boolean {
  return state !== 'uncertain' && failure !== null && failure !== 'followed'
}

const TROUBLE: Partial<Record<RecipientState, string>> = {
  failed: 'refused',
  bounced: 'bouncedFor',
  delayed: 'delayedFor',
}

function Decision(props: { message: Message; ticketNumber: number }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const [isBusy, setIsBusy] = useState(false)
  const decide = async (decision: 'was-sent' | 'send-again') => {
    setIsBusy(true)
    try {
      await call(decideUncertain, { params: { id: props.message.id }, body: { decision } })
      await queries.invalidateQueries({ queryKey: ['ticket', props.ticketNumber] })
    } catch (error) {
      notices.failed(error)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <div className={css.decision}>
      <Button size="xs" variant="default" disabled={isBusy} onClick={() => void decide('was-sent')}>
        {t('delivery.wasSent')}
      </Button>
      <Button size="xs" variant="default" disabled={isBusy} onClick={() => void decide('send-again')}>
        {t('delivery.sendAgain')}
      </Button>
    </div>
  )
}
