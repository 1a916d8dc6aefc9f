import type { TemplateValues } from '../lib/render-template.ts'
import { afterOpenTime, isOpenAt, nextOpening, type OpeningHours } from '../mailboxes/opening-hours.ts'
import type { Language } from '../shared/vocabulary.ts'

/** Which acknowledgement a mailbox sends at a moment, and what it says about time; nothing of it is the sender's. */
export type AcknowledgementTimes = {
  name: 'acknowledgement' | 'acknowledgement-closed'
  values: TemplateValues
}

/**
 * In hours or out of hours, with when the mailbox opens and by when an answer is promised, in the customer's
 * language and the mailbox's time zone. Without hours it is always open and promises nothing.
 *
 * @returns `opensAt` and `answerBy` as words; '' where there is nothing to say
 */
export function acknowledgementTimes(
  hours: OpeningHours | null,
  at: Date,
  language: Language,
): AcknowledgementTimes {
  if (hours === null) return { name: 'acknowledgement', values: { opensAt: '', answerBy: '' } }
  const words = (moment: Date | null) =>
    moment === null ? '' : formatMoment(moment, language, hours.timeZone)
  const isOpen = isOpenAt(hours, at)
  const promise = hours.answerWithinHours
  return {
    name: isOpen ? 'acknowledgement' : 'acknowledgement-closed',
    values: {
      opensAt: isOpen ? '' : words(nextOpening(hours, at)),
      answerBy: promise === null ? '' : words(afterOpenTime(hours, at, promise)),
    },
  }
}

function formatMoment(at: Date, language: Language, timeZone: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  })
  return format.format(at)
}
