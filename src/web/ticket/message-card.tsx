import { Forward, Info, Lock, MonitorSmartphone, Reply, Users } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Note } from '../../shared/notes.ts'
import type { Correspondent } from '../../shared/schemas.ts'
import type { Fold, Message, Ticket } from '../../shared/tickets.ts'
import type { MailKind } from '../../shared/vocabulary.ts'
import { useCustomerTime } from '../customer/customer-clock.ts'
import { useAgents, useMailbox } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { classNames } from '../ui/class-names.ts'
import { fullTime, messageTime } from '../ui/format-time.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { RichWords } from '../ui/rich-words.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { Attachments } from './attachments.tsx'
import { useAuthorName } from './author-name.ts'
import { CalendarCard } from './calendar-card.tsx'
import { DeliveryLine } from './delivery-line.tsx'
import { FoldButton, FoldedText } from './folded-text.tsx'
import type { FoldView, QuoteWish } from './folds.ts'
import { ForwardOffer } from './forward-offer.tsx'
import { HtmlFrame } from './html-frame.tsx'
import css from './message-card.module.css'
import { MessageDetails } from './message-details.tsx'
import { MessageText } from './message-text.tsx'
import { MoveMessage } from './move-message.tsx'
import { SenderBadge, SenderWarnings } from './sender-words.tsx'
import { detailsButtonId } from './use-timeline-commands.ts'

/** One message, open: who, to whom, when, the new words with the quoted ones folded, files, delivery. */
export function MessageCard(props: {
  message: Message
  ticket: Ticket
  quotes: QuoteWish
  onAnswer: (messageId: number) => void
  onForward: (messageId: number) => void
  onForwardAgain: (forward: Message) => void
}) {
  const { t } = useTranslation()
  const { message } = props
  const [hasDetails, setHasDetails] = useState(false)
  const author = useAuthorName()(message)
  const isOurs = message.direction === 'outbound'
  return (
    <article
      className={classNames(
        css.card,
        isOurs && css.ours,
        message.sideThreadId !== null && css.aside,
        message.delivery?.state === 'cancelled' && css.taken,
      )}
      data-message={message.id}
      aria-label={t('message.by', { name: author })}
    >
      <header className={css.head}>
        <Avatar name={author} />
        <div className={css.people}>
          <span className={css.author}>{author}</span>
          {!isOurs && message.from !== null && author !== message.from.address && (
            <span className={css.address}>{message.from.address}</span>
          )}
          <SenderBadge message={message} />
          <span className={css.to}>
            {t('message.to', { names: namesOf([...message.to, ...message.cc]) })}
          </span>
        </div>
        <TimeOf at={message.receivedAt} />
        {canAnswer(message, props.ticket) && (
          <IconButton icon={Reply} name={t('message.answer')} onClick={() => props.onAnswer(message.id)} />
        )}
        {message.mailboxId === props.ticket.mailboxId && (
          <IconButton
            icon={Forward}
            name={t('message.forward')}
            onClick={() => props.onForward(message.id)}
          />
        )}
        {props.ticket.messages.length > 1 && message.sideThreadId === null && (
          <MoveMessage message={message} ticket={props.ticket} />
        )}
        <IconButton
          id={detailsButtonId(message.id)}
          icon={Info}
          name={t('message.details')}
          isPressed={hasDetails}
          onClick={() => setHasDetails(!hasDetails)}
        />
      </header>
      <Elsewhere message={message} />
      {message.mailboxId !== props.ticket.mailboxId && <OnlyIn mailboxId={message.mailboxId} />}
      <Aside message={message} ticket={props.ticket} />
      <Warnings message={message} />
      {hasDetails && <MessageDetails message={message} ticket={props.ticket} />}
      {message.calendar !== null && <CalendarCard calendar={message.calendar} />}
      <MessageBody message={message} quotes={props.quotes} />
      <Attachments attachments={message.attachments} hasHtml={message.hasHtml} />
      {message.delivery !== null && (
        <DeliveryLine
          message={message}
          delivery={message.delivery}
          ticketNumber={props.ticket.number}
          onForwardAgain={() => props.onForwardAgain(message)}
        />
      )}
    </article>
  )
}

// An answer that was not written here.
function Elsewhere({ message }: { message: Message }) {
  const { t } = useTranslation()
  if (!message.isFromMailProgram) return null
  return (
    <p className={css.elsewhere}>
      <MonitorSmartphone size={14} strokeWidth={2} aria-hidden />
      {t('message.elsewhere', { address: message.from?.address ?? '' })}
    </p>
  )
}

// With whom a side thread is, and that it is none of the customer's.
function Aside(props: { message: Message; ticket: Ticket }) {
  const { t } = useTranslation()
  const { sideThreadId } = props.message
  if (sideThreadId === null) return null
  const begun = props.ticket.messages.find(message => message.id === sideThreadId)
  return (
    <p className={css.asideWords}>
      <Users size={14} strokeWidth={2} aria-hidden />
      {t('message.aside', { names: namesOf(begun?.to ?? []) })}
    </p>
  )
}

// Reports are answered by nobody, a twin's messages in their own ticket; of the only message the composer's key does it.
function canAnswer(message: Message, ticket: Ticket): boolean {
  const isReport = message.kind === 'bounce' || message.kind === 'complaint' || message.kind === 'own'
  const isTaken = message.delivery?.state === 'cancelled'
  return ticket.messages.length > 1 && message.mailboxId === ticket.mailboxId && !isReport && !isTaken
}

// A twin's message, shown with its lead: answering goes through this ticket's mailbox all the same.
function OnlyIn(props: { mailboxId: number }) {
  const { t } = useTranslation()
  const mailbox = useMailbox(props.mailboxId)
  if (mailbox === undefined) return null
  return (
    <p className={css.only}>
      <MailboxMark colour={mailbox.colour} name={mailbox.name} />
      {t('twin.only', { mailbox: mailbox.name })}
    </p>
  )
}

function Warnings(props: { message: Message }) {
  const { t } = useTranslation()
  const { message } = props
  const hint = hintOf(message)
  return (
    <>
      {isDoubtful(message) && !message.isUnverified && <p className={css.warning}>{t('message.doubtful')}</p>}
      <SenderWarnings message={message} />
      {message.forwardOffer !== null && <ForwardOffer messageId={message.id} whose={message.forwardOffer} />}
      {message.isNewcomer && !isProvenReport(message) && (
        <p className={css.warning}>{t('message.newcomer')}</p>
      )}
      {message.defects.includes('reused-message-id') && (
        <p className={css.warning}>{t('defect.reused-message-id')}</p>
      )}
      {hint !== null && <p className={css.hint}>{t(`message.kind.${hint}`)}</p>}
      {message.protections.map(({ kind, format, covers }) => (
        <p key={`${kind} ${format} ${covers}`} className={css.hint}>
          {t(`protection.${kind}.${covers}`, { format: FORMAT_NAMES[format] })}
        </p>
      ))}
    </>
  )
}

const FORMAT_NAMES = { smime: 'S/MIME', pgp: 'PGP' } as const

const HINTS: Record<MailKind, string | null> = {
  person: null,
  'auto-reply': 'auto-reply',
  bounce: 'bounce',
  complaint: 'complaint',
  receipt: 'receipt',
  calendar: 'calendar',
  list: 'list',
  own: null,
}

// A report that could not be tied to a mail of ours is anybody's words.
function hintOf(message: Message): string | null {
  if (message.direction === 'outbound') return null
  return isReport(message) && !isProvenReport(message) ? 'unproven' : HINTS[message.kind]
}

function isReport({ kind }: Message): boolean {
  return kind === 'bounce' || kind === 'complaint'
}

// Such a report is about a mail of ours: nobody would take the server that wrote it for one who joins.
function isProvenReport(message: Message): boolean {
  return isReport(message) && message.placedBy === 'returned-mail'
}

// Two readers of the mail do not agree on who wrote it: a forger's way of showing one name to each.
function isDoubtful(message: Message): boolean {
  return message.defects.includes('doubtful-sender') || message.defects.includes('several-from')
}

function MessageBody(props: { message: Message; quotes: QuoteWish }) {
  const { t } = useTranslation()
  const { message, quotes } = props
  const [ownView, setOwnView] = useState<FoldView>()
  const [framedFolds, setFramedFolds] = useState<readonly Fold[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each press of the key takes the place of what was chosen here
  useEffect(() => setOwnView(undefined), [quotes.presses])
  const view = ownView ?? quotes.view
  return (
    <div className={css.body}>
      {message.hasHtml ? (
        <>
          <HtmlFrame
            message={message}
            view={view}
            onFolds={setFramedFolds}
            onUnfold={() => setOwnView('shown')}
          />
          <FoldButton message={message} folds={framedFolds} view={view} onView={setOwnView} />
        </>
      ) : (
        <FoldedText message={message} view={view} onView={setOwnView} />
      )}
      {isEmpty(message) && <p className={css.hint}>{t('message.empty')}</p>}
    </div>
  )
}

function isEmpty(message: Message): boolean {
  return message.text.trim() === '' && !message.hasHtml
}

/** A note: amber, with a lock and the words that say who sees it. */
export function NoteCard(props: { note: Note }) {
  const { t } = useTranslation()
  const author = useAgents().data?.find(agent => agent.id === props.note.authorId)?.name ?? t('agent.unknown')
  return (
    <article className={css.note} data-note={props.note.id} aria-label={t('note.by', { name: author })}>
      <header className={css.head}>
        <Lock size={14} strokeWidth={2} aria-hidden />
        <div className={css.people}>
          <span className={css.author}>{author}</span>
          <span className={css.to}>{t('note.private')}</span>
        </div>
        <TimeOf at={props.note.createdAt} />
      </header>
      {props.note.html === null ? (
        <MessageText text={props.note.text} />
      ) : (
        <RichWords html={props.note.html} mentions={props.note.mentions} />
      )}
    </article>
  )
}

/** A message or note folded to one line; opens on a click. */
export function FoldedLine(props: {
  author: string
  text: string
  at: string
  isNote: boolean
  onOpen: () => void
}) {
  return (
    <article aria-label={props.author}>
      <button
        type="button"
        className={classNames(css.folded, props.isNote && css.foldedNote)}
        onClick={props.onOpen}
      >
        {props.isNote && <Lock size={12} strokeWidth={2} aria-hidden />}
        <span className={css.author}>{props.author}</span>
        <span className={css.gist}>{props.text}</span>
        <TimeOf at={props.at} />
      </button>
    </article>
  )
}

function TimeOf(props: { at: string }) {
  const now = useNow(60_000)
  const timeStyle = useTimeStyle()
  const at = new Date(props.at)
  const title = [fullTime(at, timeStyle), useCustomerTime()(at)]
    .filter(part => part !== undefined)
    .join(' · ')
  return (
    <time className={css.time} dateTime={props.at} title={title}>
      {messageTime(at, now, timeStyle)}
    </time>
  )
}

function namesOf(people: readonly Correspondent[]): string {
  return people.map(person => person.name ?? person.address).join(', ')
}
