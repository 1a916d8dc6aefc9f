import { useEffect, useRef, useState } from 'react'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { Composer } from '../compose/composer.tsx'
import { asForward, forwardAnew, inMode, newestToForward, toSender } from '../compose/draft-modes.ts'
import type { Draft } from '../compose/draft-store.ts'
import { useDraft } from '../compose/use-draft.ts'
import { useFreshDraft } from '../compose/use-fresh-draft.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useOfferOpen } from '../palette/target.ts'
import { useAnnounce } from '../presence/use-announce.ts'
import { useDoing } from '../presence/use-doing.ts'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import type { QuoteWish } from './folds.ts'
import type { OpenPanel } from './header-pickers.tsx'
import { offersPanel } from './offers-panel.ts'
import { type ReadActs, ReadTicket } from './read-ticket.tsx'
import css from './ticket-page.module.css'
import type { PageProps, Wish } from './ticket-place.ts'
import { useCopyLink } from './use-copy-link.ts'
import { useMarkRead } from './use-mark-read.ts'
import { useSeeMentions } from './use-see-mentions.ts'

/** A ticket that has come: head, messages, and the composer at its foot, which is left out of one that is drawn ahead. */
export function OpenTicket(props: PageProps & { ticket: Ticket; isAhead: boolean }) {
  const { t } = useTranslation()
  const { ticket, wish, onWishTaken } = props
  const { panel, setPanel, openPanel } = usePanel(ticket)
  const [quotes, setQuotes] = useState<QuoteWish>({ view: 'auto', presses: 0 })
  const draft = useDraft(ticket.number)
  useFreshDraft(ticket)
  useSeeMentions(ticket)
  useMarkRead(ticket)
  useOfferOpen(ticket)
  const [focusWishes, setFocusWishes] = useState(0)
  useAnnounce(ticket.number, useDoing(draft.draft, focusWishes))
  const held = useHeldTyping()
  const begin = (patch: Partial<Draft>) => {
    held.begin()
    draft.change({ isOpen: true, ...patch })
    setFocusWishes(count => count + 1)
  }
  const compose = (mode: 'reply' | 'note', choice: Partial<Draft> = {}) =>
    begin({ ...inMode(draft.read(), mode), ...choice })
  const forward = (message: Message | undefined) => {
    if (message === undefined) held.drop()
    else begin(asForward(message))
  }
  // To whom another message went has nothing to do with who was chosen to get the answer to this one.
  const answer = (messageId: number) =>
    compose('reply', { answeredMessageId: messageId, to: null, cc: null, bcc: [] })
  const replyToSender = () => compose('reply', toSender(ticket))
  const fulfil = (wanted: Wish) => {
    if (wanted === 'reply' || wanted === 'note') compose(wanted)
    else if (wanted === 'reply-sender') replyToSender()
    else if (wanted === 'forward') forward(newestToForward(ticket))
    else openPanel(wanted)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish is fulfilled once
  useEffect(() => {
    if (wish === undefined) return
    fulfil(wish)
    onWishTaken()
  }, [wish])
  useCommand('reply', () => compose('reply'))
  useCommand('reply-sender', replyToSender)
  useCommand('note', () => compose('note'))
  useCommand('forward', () => forward(newestToForward(ticket)))
  useCommand('quotes', () => setQuotes(pressed))
  useCopyLink(ticket)
  const newest: ReadActs = {
    back: props.onBack,
    putAway: change => props.onPutAway(ticket, change),
    answer,
    forward: messageId => forward(ticket.messages.find(one => one.id === messageId)),
    forwardAgain: failed => begin(forwardAnew(ticket, failed) ?? {}),
  }
  const acts = useRef(newest)
  acts.current = newest
  return (
    <section className={css.page} aria-label={t('ticket.name', { number: ticket.number })}>
      <ReadTicket ticket={ticket} panel={panel} onPanel={setPanel} quotes={quotes} acts={acts} />
      {!props.isAhead && (
        <Composer
          ticket={ticket}
          draft={draft}
          focusWishes={focusWishes}
          onCompose={mode => compose(mode)}
          onClosed={() => props.onPutAway({ ...ticket, state: 'closed' }, { state: 'closed' })}
        />
      )}
    </section>
  )
}

/** Which of the panels of the head is open, and the keys that open one. */
function usePanel(ticket: Ticket) {
  const [panel, setPanel] = useState<OpenPanel>()
  const held = useHeldTyping()
  const mailboxes = useMailboxes().data ?? []
  const openPanel = (wanted: OpenPanel) => {
    const isOffered = offersPanel(wanted, ticket, mailboxes)
    if (isOffered && wanted !== 'split') held.begin()
    else held.drop() // no field is to come
    if (isOffered) setPanel(wanted)
  }
  const ifOffered = (wanted: NonNullable<OpenPanel>) =>
    offersPanel(wanted, ticket, mailboxes) ? () => openPanel(wanted) : undefined
  useCommand('assign', () => openPanel('assign'))
  useCommand('state', () => openPanel('state'))
  useCommand('tags', () => openPanel('tags'))
  useCommand('snooze', ifOffered('snooze'))
  useCommand('priority', () => openPanel('priority'))
  useCommand('mailbox', ifOffered('mailbox'))
  useCommand('merge', () => openPanel('merge'))
  useCommand('split', ifOffered('split'))
  return { panel, setPanel, openPanel }
}

function pressed({ view, presses }: QuoteWish): QuoteWish {
  return { view: view === 'shown' ? 'auto' : 'shown', presses: presses + 1 }
}
