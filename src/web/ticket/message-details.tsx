import type { Correspondent } from '../../shared/schemas.ts'
import type { SenderCheck } from '../../shared/senders.ts'
import { getMessageRaw, type Message, type Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime } from '../ui/format-time.ts'
import { languageName } from '../ui/language-name.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import { useAuthorName } from './author-name.ts'
import css from './message-details.module.css'
import { gradeWords } from './sender-words.tsx'

/** The facts of a message: people, times, ids, why it is in this ticket, and the raw mail. */
export function MessageDetails(props: { message: Message; ticket: Pick<Ticket, 'number' | 'messages'> }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const timeStyle = useTimeStyle()
  const { message } = props
  const time = (at: string | null) => at && fullTime(new Date(at), timeStyle)
  const evidence = useEvidenceWords(message, props.ticket)
  const facts: (readonly [string, string | null])[] = [
    ['from', message.from && personWords(message.from)],
    ['forwardedFrom', message.forwardedFrom && personWords(message.forwardedFrom)],
    ['to', peopleWords(message.to)],
    ['cc', peopleWords(message.cc)],
    ['bcc', peopleWords(message.bcc)],
    ['subject', message.subject],
    ['language', message.language && languageName(message.language, i18n.language)],
    ['sent', time(message.sentAt)],
    ['received', time(message.receivedAt)],
    ...senderFacts(t, message.sender),
    ['messageId', message.internetMessageId],
    ['placedBy', t(`placedBy.${message.placedBy}`)],
    ['evidence', evidence],
    ['evidenceId', message.placedByRef],
    ['defects', message.defects.map(code => t([`defect.${code}`, 'defect.unknown'], { code })).join(' ')],
  ]
  return (
    <div className={css.details}>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null &&
            value !== '' && (
              <div key={name} className={css.fact}>
                <dt>{t(`details.${name}`)}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <a href={apiUrl(appBase, getMessageRaw.path, { params: { id: message.id } })} download>
        {t('details.raw')}
      </a>
    </div>
  )
}

/** The message that decided, as this page shows it, or where it is now. */
function useEvidenceWords(message: Message, ticket: Pick<Ticket, 'number' | 'messages'>): string | null {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const nameOf = useAuthorName()
  const evidence = message.placedByMessage
  if (evidence === null) return null
  const shown = ticket.messages.find(one => one.id === evidence.id)
  if (shown !== undefined) {
    return t('evidence.here', { name: nameOf(shown), time: fullTime(new Date(shown.receivedAt), timeStyle) })
  }
  if (evidence.ticketNumber === null) return t('evidence.hidden')
  return t('evidence.elsewhere', { number: evidence.ticketNumber })
}

/** Who judged the sender, how and by what; and which promises in the mail count for nothing. */
function senderFacts(t: TFunction, sender: SenderCheck | null): (readonly [string, string | null])[] {
  if (sender === null) return []
  const { reason, checker, server, signedBy, path, policy, ignored } = sender
  return [
    ['sender', `${t(gradeWords(sender))}. ${t(`sender.reason.${reason}`)}`],
    ['checker', t(`sender.checker.${checker}`, { server: server ?? '' })],
    ['signedBy', signedBy.join(', ')],
    ['path', path && `SPF ${path}`],
    ['policy', policy && `DMARC p=${policy}`],
    ['ignored', ignored.join(' · ')],
  ]
}

function peopleWords(people: readonly Correspondent[]): string {
  return people.map(personWords).join(', ')
}

function personWords(person: Correspondent): string {
  return person.name === null ? person.address : `${person.name} <${person.address}>`
}
