import type { Notification } from '../../shared/notifications.ts'
import type { TFunction } from '../words-of.ts'

/** What happened, in one line: the mail of a stranger may name itself anything, and is shown as text. */
export function notificationWords(t: TFunction, one: Pick<Notification, 'event' | 'name'>): string {
  return t(`bell.event.${one.event}`, { name: one.name === '' ? t('bell.somebody') : one.name })
}

/** Its number and subject, with words where a mail had none. */
export function ticketWords(t: TFunction, one: Pick<Notification, 'ticketNumber' | 'subject'>): string {
  return `#${one.ticketNumber} ${one.subject === '' ? t('ticket.noSubject') : one.subject}`
}
