import type { TicketEvent } from '../../shared/tickets.ts'
import { TICKET_PRIORITIES } from '../../shared/vocabulary.ts'
import { messageTime, type TimeStyle } from '../ui/format-time.ts'
import type { TFunction } from '../words-of.ts'

type By = { by: 'agent' | 'auto'; name: string; timeStyle: TimeStyle }

/** What happened to a ticket that was put away, ranked, thrown away or brought back, as a sentence. */
export function putAwayWords(t: TFunction, event: TicketEvent, { by, name, timeStyle }: By): string {
  const { until, to } = event.data
  switch (event.kind) {
    case 'snoozed': {
      if (typeof until !== 'string') return t('event.snoozedReply', { name })
      return t('event.snoozed', { name, time: messageTime(new Date(until), new Date(event.at), timeStyle) })
    }
    case 'woken':
      return event.agentId === null ? t(`event.woken.${wakerOf(event)}`) : t('event.woken.agent', { name })
    case 'priority_changed': {
      const priority = TICKET_PRIORITIES.find(word => word === to) ?? 'normal'
      return t('event.priority', { name, priority: t(`priority.${priority}`) })
    }
    case 'deleted':
      return t(`event.deleted.${by}`, { name })
    default:
      return t(`event.restored.${by}`, { name })
  }
}

function wakerOf({ data }: TicketEvent): 'time' | 'customer' | 'failed' {
  if (data.by === 'time') return 'time'
  return data.by === 'failed-reply' ? 'failed' : 'customer'
}
