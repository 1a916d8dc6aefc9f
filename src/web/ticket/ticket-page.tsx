import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { carryDraft } from '../compose/carry-draft.ts'
import { Composer } from '../compose/composer.tsx'
import { asForward, forwardAnew, inMode, newestToForward } from '../compose/draft-modes.ts'
import type { Draft } from '../compose/draft-store.ts'
import { useDraft } from '../compose/use-draft.ts'
import { useFreshDraft } from '../compose/use-fresh-draft.ts'
import { usePlace } from '../inbox/place.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useAnnounce } from '../presence/use-announce.ts'
import { useDoing } from '../presence/use-doing.ts'
import { useMe } from '../session.ts'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { QuoteWish } from './folds.ts'
import type { OpenPanel } from './header-pickers.tsx'
import { Newcomers } from './newcomers.tsx'
import { PutAwayStrip } from './put-away-strip.tsx'
import { TicketHeader } from './ticket-header.tsx'
import { TicketHints } from './ticket-hints.tsx'
import css from './ticket-page.module.css'
import { Timeline } from './timeline-view.tsx'
import { TwinStrip } from './twin-strip.tsx'
import { useTicket } from './use-ticket.ts'

/** What a key in the list asked for before its ticket was open. */
export type Wish = 'reply' | 'note' | NonNullable<OpenPanel>

type PageProps = {
  number: number
  wish: Wish | undefined
  onWish: (wish: Wish) => void
  onWishTaken: () => void
  onBack: () => void
  onPutAway: (ticket: Ticket, change: TicketChange) => void
}

/** A ticket: head, messages in order, and the composer at its foot. */
export function TicketPage(props: PageProps) {
  const ticket = useTicket(props.number)
  useCommand('leave', () => leave(props.onBack))
  if (ticket.isPending) return <LoadingTicket onWish={props.onWish} />
  if (ticket.data === undefined) {
    return <NoTicket error={ticket.error} onRetry={() => void ticket.refetch()} onBack={props.onBack} />
  }
  if (ticket.data.number !== props.number) return <Merged from={props.number} into={ticket.data.number} />
  return <OpenTicket {...props} ticket={ticket.data} />
}

// The number of a merged ticket leads to the one that has its messages, with what was being written.
function Merged(props: { from: number; into: number }) {
  const agentId = useMe().id
  const { follow } = usePlace()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each number
  useEffect(() => {
    carryDraft(agentId, props.from, props.into)
    follow(props.into)
  }, [props.from, props.into])
  return <Skeleton rows={5} />
}

// What is asked for while the ticket is on its way happens when it is there; what is typed meanwhile waits too.
function LoadingTicket(props: { onWish: (wish: Wish) => void }) {
  useCommand('reply', () => props.onWish('reply'))
  useCommand('note', () => props.onWish('note'))
  useCommand('assign', () => props.onWish('assign'))
  useCommand('state', () => props.onWish('state'))
  useCommand('tags', () => props.onWish('tags'))
  useCommand('snooze', () => props.onWish('snooze'))
  useCommand('priority', () => props.onWish('priority'))
  useCommand('mailbox', () => props.onWish('mailbox'))
  useCommand('merge', () => props.onWish('merge'))
  return <Skeleton rows={5} />
}

function NoTicket(props: { error: unknown; onRetry: () => void; onBack: () => void }) {
  const { t } = useTranslation()
  const held = useHeldTyping()
  useEffect(() => held.drop(), [held])
  return (
    <div className={css.fault}>
      <Fault error={props.error} onRetry={props.onRetry} />
      <Button variant="default" size="xs" mt={12} onClick={props.onBack}>
        {t('command.back')}
      </Button>
    </div>
  )
}

function OpenTicket(props: PageProps & { ticket: Ticket }) {
  const { t } = useTranslation()
  const { ticket, wish, onWishTaken } = props
  const [panel, setPanel] = useState<OpenPanel>()
  const [quotes, setQuotes] = useState<QuoteWish>({ view: 'auto', presses: 0 })
  const draft = useDraft(ticket.number)
  useFreshDraft(ticket)
  const [focusWishes, setFocusWishes] = useState(0)
  useAnnounce(ticket.number, useDoing(draft.draft, focusWishes))
  const held = useHeldTyping()
  const openPanel = (wanted: OpenPanel) => {
    held.begin()
    setPanel(wanted)
  }
  const begin = (patch: Partial<Draft>) => {
    held.begin()
    draft.change({ isOpen: true, ...patch })
    setFocusWishes(count => count + 1)
  }
  const compose = (mode: 'reply' | 'note', choice: Partial<Draft> = {}) =>
    begin({ ...inMode(draft.read(), mode), ...choice })
  const forward = (message: Message | undefined) => {
    if (message !== undefined) begin(asForward(message))
  }
  // To whom another message went has nothing to do with who was chosen to get the answer to this one.
  const answer = (messageId: number) =>
    compose('reply', { answeredMessageId: messageId, to: null, cc: null, bcc: [] })
  const fulfil = (wanted: Wish) => {
    if (wanted === 'reply' || wanted === 'note') compose(wanted)
    else openPanel(wanted)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish is fulfilled once
  useEffect(() => {
    if (wish === undefined) return
    fulfil(wish)
    onWishTaken()
  }, [wish])
  useCommand('reply', () => compose('reply'))
  useCommand('note', () => compose('note'))
  useCommand('forward', () => forward(newestToForward(ticket)))
  useCommand('assign', () => openPanel('assign'))
  useCommand('state', () => openPanel('state'))
  useCommand('tags', () => openPanel('tags'))
  useCommand('snooze', () => openPanel('snooze'))
  useCommand('priority', () => openPanel('priority'))
  useCommand('mailbox', () => openPanel('mailbox'))
  useCommand('merge', () => openPanel('merge'))
  useCommand('quotes', () => setQuotes(pressed))
  return (
    <section className={css.page} aria-label={t('ticket.name', { number: ticket.number })}>
      <TicketHeader
        ticket={ticket}
        panel={panel}
        onPanel={setPanel}
        onBack={props.onBack}
        onPutAway={change => props.onPutAway(ticket, change)}
      />
      <PutAwayStrip ticket={ticket} />
      <TwinStrip ticket={ticket} />
      <TicketHints ticket={ticket} />
      <Newcomers ticket={ticket} />
      <Timeline
        ticket={ticket}
        quotes={quotes}
        onAnswer={answer}
        onForward={messageId => forward(ticket.messages.find(one => one.id === messageId))}
        onForwardAgain={failed => begin(forwardAnew(ticket, failed) ?? {})}
      />
      <Composer
        ticket={ticket}
        draft={draft}
        focusWishes={focusWishes}
        onCompose={mode => compose(mode)}
        onClosed={() => props.onPutAway({ ...ticket, state: 'closed' }, { state: 'closed' })}
      />
    </section>
  )
}

function pressed({ view, presses }: QuoteWish): QuoteWish {
  return { view: view === 'shown' ? 'auto' : 'shown', presses: presses + 1 }
}

// Esc: out of the composer first (what is written stays), then back to the list.
function leave(onBack: () => void): void {
  const active = document.activeElement
  if (active instanceof HTMLElement && active.closest('[data-composer]') !== null) {
    active.blur()
    document.getElementById('ticket')?.focus()
  } else onBack()
}
