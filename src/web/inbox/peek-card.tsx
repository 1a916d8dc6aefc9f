import type { Message, Ticket } from '../../shared/tickets.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useAuthorName } from '../ticket/author-name.ts'
import { ownWords } from '../ticket/folds.ts'
import { MessageText } from '../ticket/message-text.tsx'
import { useTicket } from '../ticket/use-ticket.ts'
import { Fault } from '../ui/fault.tsx'
import { messageTime } from '../ui/format-time.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './peek-card.module.css'

const NEWEST = 2
const MOST_CHARS = 2_000

/** Whose a ticket is, and the newest of what was written in it, without its quotes. */
export function PeekCard(props: { number: number }) {
  const { t } = useTranslation()
  const ticket = useTicket(props.number)
  return (
    <section className={css.card} aria-label={t('peek.name', { number: props.number })} aria-live="polite">
      {ticket.isPending && <Skeleton rows={3} />}
      {ticket.isError && <Fault error={ticket.error} onRetry={() => void ticket.refetch()} />}
      {ticket.data !== undefined && <Content ticket={ticket.data} />}
    </section>
  )
}

function Content({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const assignee = useAgents().data?.find(agent => agent.id === ticket.assigneeId)?.name
  const facts = [
    `#${ticket.number}`,
    ticket.customer?.name ?? ticket.customer?.address,
    t(`state.${ticket.state}`),
    assignee,
  ]
  return (
    <>
      <h2 className={css.subject}>{ticket.subject === '' ? t('ticket.noSubject') : ticket.subject}</h2>
      <p className={css.facts}>{facts.filter(fact => fact !== undefined).join(' · ')}</p>
      <p className={css.keys}>
        <KeyNames id="open" /> {t('command.open')}
      </p>
      {newestOf(ticket.messages)
        .toReversed()
        .map(message => (
          <PeekedMessage key={message.id} message={message} />
        ))}
    </>
  )
}

// What people wrote; what went out by itself only where there is nothing else.
function newestOf(messages: readonly Message[]): readonly Message[] {
  const written = messages.filter(
    ({ direction, authorId, isFromMailProgram }) =>
      direction === 'inbound' || authorId !== null || isFromMailProgram,
  )
  return (written.length > 0 ? written : messages).slice(-NEWEST)
}

function PeekedMessage({ message }: { message: Message }) {
  const author = useAuthorName()(message)
  const now = useNow(60_000)
  const style = useTimeStyle()
  const words = (ownWords(message.text, message.folds) || message.visibleText).trim()
  return (
    <article className={css.message}>
      <p className={css.author}>
        <span>{author}</span>
        <time dateTime={message.receivedAt}>{messageTime(new Date(message.receivedAt), now, style)}</time>
      </p>
      <MessageText
        text={words.length > MOST_CHARS ? `${words.slice(0, MOST_CHARS)}…` : words}
        language={message.language}
      />
    </article>
  )
}
