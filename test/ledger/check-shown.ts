import type { LedgerRow } from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, type Message } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'

/** One corpus mail as both mailboxes got it; `isRepeat`: the same bytes were delivered before. */
type Pair = { first: LedgerRow; second: LedgerRow; isRepeat: boolean }

/** How the lists of somebody who sees both mailboxes show what was delivered to both. */
export type ShownCheck = {
  once: number
  /** Shown in each mailbox, since what floods is nobody's twin (docs/decisions/0016). */
  inStorms: number
  /** Shown in each mailbox: mail without a Message-ID that came to each mailbox twice, so may well be two. */
  repeats: number
  /** One sentence for each mail of which only one mailbox made a message of its own. */
  uneven: string[]
  /** One sentence for each mail that is not shown, or shown twice for no reason. */
  breaches: string[]
}

/**
 * Whether mails that were delivered to two mailboxes stand once in the lists of somebody who sees both:
 * in the ticket that leads, as one message.
 *
 * @param ledgers the rows of each mailbox in the order of delivery
 * @param repeats the places in that order of mails whose bytes were delivered before
 */
export async function checkShownOnce(
  client: ApiClient,
  ledgers: readonly [readonly LedgerRow[], readonly LedgerRow[]],
  repeats: ReadonlySet<number>,
): Promise<ShownCheck> {
  const [firsts, seconds] = ledgers
  const check: ShownCheck = { once: 0, inStorms: 0, repeats: 0, uneven: [], breaches: [] }
  if (firsts.length !== seconds.length) {
    check.breaches.push(`one mailbox has ${firsts.length} mails, the other ${seconds.length}`)
    return check
  }
  check.uneven.push(...firsts.flatMap((first, n) => unevenOutcome(first, seconds[n])))
  const shown = await shownMessages(client)
  for (const { first, second, isRepeat } of pairsOf(firsts, seconds, repeats)) {
    const found = [first, second].flatMap(row => shown.get(row.messageId ?? 0) ?? [])
    if (found.length === 1) check.once += 1
    else if (found.length === 2 && found.some(({ isStorm }) => isStorm)) check.inStorms += 1
    else if (found.length === 2 && isRepeat && found.every(({ hasId }) => !hasId)) check.repeats += 1
    else {
      check.breaches.push(
        `UID ${first.uid} and ${second.uid} are one mail, shown ${found.length} times (${found.map(one => one.placedBy).join(', ')})`,
      )
    }
  }
  return check
}

function unevenOutcome(first: LedgerRow, second: LedgerRow | undefined): string[] {
  if (second === undefined || (first.outcome === 'filed') === (second.outcome === 'filed')) return []
  const said = [first, second].map(({ uid, outcome, reason }) => `UID ${uid} ${outcome} ${reason ?? ''}`)
  return [said.map(one => one.trim()).join(', ')]
}

function pairsOf(
  firsts: readonly LedgerRow[],
  seconds: readonly LedgerRow[],
  repeats: ReadonlySet<number>,
): Pair[] {
  return firsts.flatMap((first, n) => {
    const second = seconds[n]
    const isPair = second?.outcome === 'filed' && first.outcome === 'filed'
    return isPair ? [{ first, second, isRepeat: repeats.has(n) }] : []
  })
}

type Shown = { placedBy: Message['placedBy']; isStorm: boolean; hasId: boolean }

/** The messages of all tickets that stand in the lists. */
async function shownMessages(client: ApiClient): Promise<Map<number, Shown>> {
  const found = new Map<number, Shown>()
  for (const queue of ['all', 'spam'] as const) {
    for (const { number, isStorm } of await allPages(client, listTickets, { queue })) {
      const ticket = await client.call(getTicket, { params: { number } })
      for (const { id, placedBy, internetMessageId } of ticket.messages)
        found.set(id, { placedBy, isStorm, hasId: internetMessageId !== null })
    }
  }
  return found
}
