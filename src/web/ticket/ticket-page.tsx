import { Button } from '@mantine/core'
import { Activity, lazy, memo, type ReactNode, Suspense, useDeferredValue, useEffect } from 'react'
import { carryDraft } from '../compose/carry-draft.ts'
import { usePlace } from '../inbox/place.ts'
import { CommandGate, useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { whenIdle, whenUsed } from '../ui/when-idle.ts'
import css from './ticket-page.module.css'
import type { PageProps, Wish } from './ticket-place.ts'
import { useFetched } from './use-fetched.ts'
import { useStages } from './use-stages.ts'
import { useTicket } from './use-ticket.ts'
import { useWishCommands } from './use-wish-commands.ts'

const loadOpenTicket = () => import('./open-ticket.tsx')
const OpenTicket = lazy(async () => ({ default: (await loadOpenTicket()).OpenTicket }))

/**
 * Fetches what shows and answers a ticket while the page has nothing else to do, so that the first one waits for nothing:
 * what shows it at once, the rest piece by piece when somebody is there.
 */
export function fetchTicketSoon(): () => void {
  // What is not there is asked for again when a ticket is opened.
  const stops = [whenIdle(async () => void (await loadOpenTicket()))]
  const rest = [
    () => import('../compose/rich-editor.tsx'),
    () => import('../customer/customer-panel.tsx'),
    () => import('../palette/palette-layer.tsx'),
    () => import('../when/snooze-choices.tsx'),
    () => import('../keys/command-sheet.tsx'),
  ]
  const fetchNext = (): void => {
    const next = rest.shift()
    if (next === undefined) return
    stops.push(
      whenIdle(async () => {
        await next()
        fetchNext()
      }),
    )
  }
  stops.push(whenUsed(fetchNext))
  return () => {
    for (const stop of stops) stop()
  }
}

/**
 * The ticket that is open. Another one follows after the list has marked it, so that keys which follow each other are not
 * held up by what nobody reads; what is asked for meanwhile is asked of the other. The one that is likely opened next is
 * drawn out of sight while the page has nothing else to do, so that opening it only shows it.
 *
 * @param props `number`: undefined where none is open, and `children` stand there; `next`: the one that is drawn ahead
 */
export const TicketPane = memo(function TicketPane(
  props: Omit<PageProps, 'number'> & {
    number: number | undefined
    next: number | undefined
    children: ReactNode
  },
) {
  const { number, next, children, wish, ...ways } = props
  const deferred = useDeferredValue(number)
  const ahead = useFetched(next)
  // To the list, from it, and to what is drawn already nothing is put off.
  const isAtOnce = number === undefined || number === ahead || deferred === undefined
  const shown = isAtOnce ? number : deferred
  const stages = useStages(shown, ahead)
  const { onShown } = ways
  useEffect(() => {
    if (shown !== undefined) onShown?.(shown)
  }, [onShown, shown])
  return (
    <>
      {shown === undefined && children}
      {stages.map(stage => {
        const isAhead = stage.number !== shown
        const isLeft = stage.number !== number
        return (
          <Activity key={stage.key} mode={isAhead ? 'hidden' : 'visible'}>
            <CommandGate isShut={isLeft}>
              <TicketPage
                {...ways}
                number={stage.number}
                wish={isLeft ? undefined : wish}
                isAhead={isAhead}
              />
            </CommandGate>
          </Activity>
        )
      })}
      {shown !== number && <WishCommands onWish={props.onWish} />}
    </>
  )
})

/** A ticket: head, messages in order, and the composer at its foot. */
const TicketPage = memo(function TicketPage(props: PageProps & { isAhead: boolean }) {
  const ticket = useTicket(props.number)
  useCommand('leave', () => leave(props.onBack))
  if (ticket.isPending) return <LoadingTicket onWish={props.onWish} />
  if (ticket.data === undefined) {
    return <NoTicket error={ticket.error} onRetry={() => void ticket.refetch()} onBack={props.onBack} />
  }
  if (ticket.data.number !== props.number) {
    // What this browser kept may be of before the merge was taken back: only an answer of now leads away.
    if (ticket.isFetching) return <LoadingTicket onWish={props.onWish} />
    return <Merged from={props.number} into={ticket.data.number} />
  }
  return (
    <Suspense fallback={<LoadingTicket onWish={props.onWish} />}>
      <OpenTicket {...props} ticket={ticket.data} />
    </Suspense>
  )
})

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

function LoadingTicket(props: { onWish: (wish: Wish) => void }) {
  return (
    <>
      <WishCommands onWish={props.onWish} />
      <Skeleton rows={5} />
    </>
  )
}

// What is asked for while the ticket is on its way happens when it is there; what is typed meanwhile waits too.
function WishCommands(props: { onWish: (wish: Wish) => void }) {
  useWishCommands(props.onWish)
  return null
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

// Esc: out of the composer first (what is written stays), then back to the list.
function leave(onBack: () => void): void {
  const active = document.activeElement
  if (active instanceof HTMLElement && active.closest('[data-composer]') !== null) {
    active.blur()
    document.getElementById('ticket')?.focus()
  } else onBack()
}
