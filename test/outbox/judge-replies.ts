import type { Delivery } from '../../src/shared/delivery.ts'
import { getTicket, listTickets, type Message, type Ticket } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { Accepted } from '../support/sink-log.ts'
import { type ProofReply, refusedAddress } from './write-replies.ts'

/** What the API and the sink say together. It is good when `violations` is empty. */
export type Verdict = {
  acknowledged: number
  accepted: number
  failed: number
  cancelled: number
  /** Replies that reached somebody twice, in SMTP's own window: marked, and the same bytes. */
  twice: number
  marked: number
  /** From the sink's acceptance to the commit of it, in ms, ascending; of replies that were never in doubt. */
  windowsMs: number[]
  violations: string[]
}

/** What is looked at: the public API and the sink's log alone. */
export type Witnesses = { admin: ApiClient; replies: readonly ProofReply[]; accepted: readonly Accepted[] }

/** Each reply that was acknowledged is accepted, failed and shown, or cancelled; nothing else was sent. */
export async function judgeReplies({ admin, replies, accepted }: Witnesses): Promise<Verdict> {
  const verdict: Verdict = {
    acknowledged: replies.filter(reply => reply.acknowledged !== null).length,
    accepted: 0,
    failed: 0,
    cancelled: 0,
    twice: 0,
    marked: 0,
    windowsMs: [],
    violations: [],
  }
  const undelivered = new Set(
    (await allPages(admin, listTickets, { queue: 'undelivered' })).map(one => one.number),
  )
  const arrivals = Map.groupBy(accepted, mail => mail.internetMessageId ?? '')
  const tickets = new Map<number, Ticket>()
  for (const reply of replies) {
    const number = reply.ticketNumber ?? 0
    const ticket = tickets.get(number) ?? (await admin.call(getTicket, { params: { number } }))
    tickets.set(number, ticket)
    judgeReply(verdict, reply, { ticket, arrivals, isShownFailed: undelivered.has(number) })
  }
  const known = new Set(replies.map(reply => reply.acknowledged?.internetMessageId))
  for (const id of arrivals.keys()) {
    if (!known.has(id)) verdict.violations.push(`the sink has a mail nobody wrote: ${id}`)
  }
  verdict.windowsMs.sort((a, b) => a - b)
  return verdict
}

type Scene = { ticket: Ticket; arrivals: ReadonlyMap<string, Accepted[]>; isShownFailed: boolean }

function judgeReply(verdict: Verdict, reply: ProofReply, scene: Scene): void {
  const written = scene.ticket.messages.filter(one => one.text.includes(reply.marker))
  const [message] = written
  const faults =
    message === undefined || written.length > 1
      ? [`is ${written.length} messages`]
      : judgeMessage(verdict, reply, { ...scene, message })
  verdict.violations.push(...faults.map(fault => `reply ${reply.marker} ${fault}`))
}

function judgeMessage(verdict: Verdict, reply: ProofReply, scene: Scene & { message: Message }): string[] {
  const { message, ticket } = scene
  const arrived = scene.arrivals.get(message.internetMessageId ?? '') ?? []
  const state = message.delivery?.state
  const faults: string[] = []
  if (message.internetMessageId !== reply.acknowledged?.internetMessageId)
    faults.push('changed its Message-ID')
  if (reply.isTakenBack && state !== 'cancelled') faults.push(`was taken back and is ${state}`)
  if (state !== 'accepted') return [...faults, ...judgeUnsent(verdict, scene, arrived)]
  verdict.accepted += 1
  verdict.twice += arrived.length > 1 ? 1 : 0
  verdict.marked += message.delivery?.mayHaveBeenSentTwice ? 1 : 0
  verdict.windowsMs.push(...windowOf(ticket, message, arrived))
  return [...faults, ...judgeArrivals(reply, message, arrived)]
}

function judgeUnsent(
  verdict: Verdict,
  { message: { delivery }, isShownFailed }: Scene & { message: Message },
  arrived: readonly Accepted[],
): string[] {
  if (delivery?.state !== 'cancelled' && delivery?.state !== 'failed') {
    return [`never came to rest: ${delivery?.state}`]
  }
  verdict[delivery.state] += 1
  const isSilent = delivery.state === 'failed' && !isFailureShown(delivery, isShownFailed)
  return [
    ...(arrived.length > 0 ? [`is ${delivery.state} and was sent`] : []),
    ...(isSilent ? ['failed, and nothing shows it'] : []),
  ]
}

/** In the queue, until another reply to the ticket has followed. */
function isFailureShown(delivery: Delivery, isInQueue: boolean): boolean {
  return delivery.failure === 'followed' || (delivery.failure === 'open' && isInQueue)
}

/** The mailbox may repeat a mail once by itself; whatever comes twice is the same mail, and says so. */
function judgeArrivals(reply: ProofReply, message: Message, arrived: readonly Accepted[]): string[] {
  const faults: string[] = []
  const wanted = reply.to.filter(address => address !== refusedAddress)
  const reached = arrived.flatMap(mail => mail.to)
  for (const address of wanted) if (!reached.includes(address)) faults.push(`never reached ${address}`)
  for (const address of reached) if (!wanted.includes(address)) faults.push(`went to ${address}`)
  if (new Set(arrived.map(mail => mail.sha256)).size > 1) faults.push('was sent with other bytes')
  const isMarked = message.delivery?.mayHaveBeenSentTwice === true
  if (arrived.length > 1 && !isMarked) faults.push(`was sent ${arrived.length} times and is not marked`)
  if (arrived.length > 2 + reply.sentAgain) faults.push(`was sent ${arrived.length} times`)
  return faults
}

function windowOf(ticket: Ticket, message: Message, arrived: readonly Accepted[]): number[] {
  const events = ticket.events.filter(event => event.messageId === message.id)
  const taken = events.find(event => event.kind === 'reply_accepted')
  const [first] = arrived
  if (taken === undefined || first === undefined || arrived.length > 1) return []
  if (events.some(event => event.kind === 'reply_uncertain')) return []
  return [Date.parse(taken.at) - first.at.getTime()]
}
