import { Button } from '@mantine/core'
import { AlarmClock, Trash2 } from 'lucide-react'
import type { Ticket } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { EraseQuestion } from '../trash/erase-question.tsx'
import { fullDay, messageTime, type TimeStyle, whenWords } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import css from './twin-strip.module.css'
import { useChangeTicket } from './use-ticket.ts'

/**
 * Says that a ticket is in the Trash or put away, until when, and brings it back; admins delete it for good. Nothing for any
 * other.
 */
export function PutAwayStrip(props: { ticket: Ticket; onErased: () => void }) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const style = useTimeStyle()
  const now = useNow(60_000)
  const { ticket } = props
  if (ticket.deletedAt === null && ticket.snooze === null) return null
  const isDeleted = ticket.deletedAt !== null
  const Icon = isDeleted ? Trash2 : AlarmClock
  const until = ticket.snooze?.until ?? null
  const untilWords =
    until === null
      ? t('snooze.untilReply')
      : t('snooze.until', { time: whenWords(new Date(until), now, style) })
  const words = isDeleted ? trashWords(t, ticket, now, style) : untilWords
  return (
    <div className={css.strip} role="note">
      <Icon size={14} strokeWidth={1.75} aria-hidden className={css.icon} />
      <span className={css.words}>{words}</span>
      {!ticket.isTwin && (
        <span className={css.acts}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => change(ticket, isDeleted ? { isDeleted: false } : { snooze: null })}
          >
            {t(isDeleted ? 'trash.restore' : 'snooze.wake')}
          </Button>
          {isDeleted && (
            <EraseQuestion numbers={[ticket.number]} onErased={props.onErased}>
              {ask => (
                <Button size="compact-xs" variant="default" onClick={ask}>
                  {t('trash.erase')}
                </Button>
              )}
            </EraseQuestion>
          )}
        </span>
      )}
    </div>
  )
}

function trashWords(t: TFunction, ticket: Ticket, now: Date, style: TimeStyle): string {
  const since = t('trash.since', { time: messageTime(new Date(ticket.deletedAt ?? now), now, style) })
  if (ticket.erasesAt === null) return since
  return `${since}. ${t('trash.erasesOn', { day: fullDay(new Date(ticket.erasesAt), style) })}`
}
