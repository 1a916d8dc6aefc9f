import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Note } from '../../shared/notes.ts'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useAuthorName } from './author-name.ts'
import { EventLines } from './event-line.tsx'
import { ownWords, type QuoteWish } from './folds.ts'
import { FoldedLine, MessageCard, NoteCard } from './message-card.tsx'
import { countEarlier, type Entry, timelineOf } from './timeline.ts'
import css from './timeline-view.module.css'
import { placeOf, useHit, useShowHit } from './use-hit.ts'
import { useTimelineCommands } from './use-timeline-commands.ts'

/** Messages, notes and history of a ticket, oldest first; what is before the last customer message is folded. */
export function Timeline(props: {
  ticket: Ticket
  quotes: QuoteWish
  onAnswer: (messageId: number) => void
  onForward: (messageId: number) => void
  onForwardAgain: (forward: Message) => void
}) {
  const { t } = useTranslation()
  const { ticket } = props
  const scroller = useRef<HTMLDivElement>(null)
  const entries = useMemo(() => timelineOf(ticket), [ticket])
  // Fixed at opening: what an agent reads must not fold under their eyes when mail arrives.
  const hit = useHit(ticket)
  const [openFrom] = useState(() => Math.min(countEarlier(entries), placeOf(entries, hit)))
  const [isAllOpen, setIsAllOpen] = useState(false)
  const [foldings, setFoldings] = useState(0)
  const earlier = entries.slice(0, Math.min(openFrom, placeOf(entries, hit)))
  const earlierMessages = earlier.filter(entry => entry.kind !== 'events').length
  const isGathered = !isAllOpen && earlierMessages > 1
  useStartAtLast(scroller, entries.length, hit !== undefined)
  // The message that was found may come after its ticket, of which this may be what was known before.
  useShowHit(scroller, placeOf(entries, hit) < entries.length ? hit : undefined)
  useTimelineCommands(scroller, {
    openAll: () => setIsAllOpen(true),
    foldEarlier: () => {
      setIsAllOpen(false)
      setFoldings(count => count + 1)
    },
  })
  return (
    <div className={css.scroller} ref={scroller} data-feed>
      <div role="feed" className={css.feed} aria-label={t('ticket.messages')}>
        {isGathered ? (
          <article aria-label={t('ticket.earlier', { count: earlierMessages })}>
            <button type="button" className={css.earlier} onClick={() => setIsAllOpen(true)}>
              {t('ticket.earlier', { count: earlierMessages })}
            </button>
          </article>
        ) : (
          // Folded anew they forget which of them were opened one by one.
          earlier.map(entry => (
            <EntryView key={`${entry.key}.${foldings}`} entry={entry} isFolded={!isAllOpen} {...props} />
          ))
        )}
        {entries.slice(earlier.length).map(entry => (
          <EntryView key={entry.key} entry={entry} isFolded={false} {...props} />
        ))}
      </div>
      <LiveWords count={entries.length} />
    </div>
  )
}

function EntryView(props: {
  entry: Entry
  isFolded: boolean
  ticket: Ticket
  quotes: QuoteWish
  onAnswer: (messageId: number) => void
  onForward: (messageId: number) => void
  onForwardAgain: (forward: Message) => void
}) {
  const { entry } = props
  const [isOpen, setIsOpen] = useState(false)
  const isFolded = props.isFolded && !isOpen
  const open = () => setIsOpen(true)
  switch (entry.kind) {
    case 'events':
      return <EventLines events={entry.events} ticket={props.ticket} />
    case 'note':
      return isFolded ? <FoldedNote note={entry.note} onOpen={open} /> : <NoteCard note={entry.note} />
    case 'message':
      return isFolded ? (
        <FoldedMessage message={entry.message} onOpen={open} />
      ) : (
        <MessageCard {...props} message={entry.message} />
      )
  }
}

function FoldedMessage(props: { message: Message; onOpen: () => void }) {
  const author = useAuthorName()(props.message)
  const { text, folds, visibleText, receivedAt } = props.message
  return (
    <FoldedLine
      author={author}
      text={(ownWords(text, folds) || visibleText).slice(0, 200)}
      at={receivedAt}
      isNote={false}
      onOpen={props.onOpen}
    />
  )
}

function FoldedNote(props: { note: Note; onOpen: () => void }) {
  const author = useAgents().data?.find(agent => agent.id === props.note.authorId)?.name ?? ''
  return (
    <FoldedLine
      author={author}
      text={props.note.text.slice(0, 200)}
      at={props.note.createdAt}
      isNote
      onOpen={props.onOpen}
    />
  )
}

// Tells screen readers of what arrives while the ticket is open.
function LiveWords(props: { count: number }) {
  const { t } = useTranslation()
  const [seen, setSeen] = useState(props.count)
  const [words, setWords] = useState('')
  useEffect(() => {
    if (props.count > seen) setWords(t('ticket.arrived', { count: props.count - seen }))
    setSeen(props.count)
  }, [props.count, seen, t])
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  )
}

// Opens at the newest entry: at its end, or at its beginning when it is longer than the pane. Stays there
// while its frame grows or something is added, until the reader scrolls away. A search opens it at its hit.
function useStartAtLast(
  scroller: React.RefObject<HTMLDivElement | null>,
  count: number,
  isElsewhere: boolean,
): void {
  const follows = useRef(!isElsewhere)
  if (isElsewhere) follows.current = false
  useEffect(() => {
    const box = scroller.current
    if (box === null) return
    const follow = () => {
      const isAtFoot = box.scrollHeight - box.scrollTop - box.clientHeight < 80
      follows.current = isAtFoot || Math.abs(box.scrollTop - lastPlace(box)) < 80
    }
    const grow = new ResizeObserver(() => {
      if (follows.current) box.scrollTop = lastPlace(box)
    })
    if (box.firstElementChild !== null) grow.observe(box.firstElementChild)
    box.addEventListener('scroll', follow, { passive: true })
    return () => {
      box.removeEventListener('scroll', follow)
      grow.disconnect()
    }
  }, [scroller])
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when an entry is added
  useLayoutEffect(() => {
    const box = scroller.current
    if (box !== null && follows.current) box.scrollTop = lastPlace(box)
  }, [count])
}

// 16 px: the space above the first entry.
function lastPlace(box: HTMLElement): number {
  const last = box.firstElementChild?.lastElementChild
  if (!last) return box.scrollHeight
  const top = last.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - 16
  return Math.max(0, Math.min(box.scrollHeight - box.clientHeight, top))
}
