import type { Delivery } from '../../src/shared/delivery.ts'
import type { Message } from '../../src/shared/tickets.ts'
import type { Accepted } from '../support/sink-log.ts'
import { fieldsOf } from './answer-back.ts'
import type { Deed, History, ReplyRecord, SeenTicket, Violation } from './history.ts'

type Outbound = { message: Message; ticket: SeenTicket }

/**
 * I3: every reply acknowledged to an agent was accepted by the sink once, or failed and is shown, or was cancelled. Twice
 * only in SMTP's own window: the same bytes, said to be uncertain in its ticket and marked. What else agents were told is
 * there too: each note once, the last assignment, each closing.
 */
export function checkEgress(history: History): Violation[] {
  const arrivals = Map.groupBy(history.accepted, mail => mail.internetMessageId ?? '')
  const written = outboundOf(history)
  const broken = [
    ...history.replies.flatMap(reply => judgeReply(history, reply, { written, arrivals })),
    ...[...written.values()].flatMap(outbound => judgeArrivals(history, outbound, arrivals)),
    ...strangers(history, written, arrivals),
    ...judgeCopies(history),
    ...history.unsettled.filter(words => !words.includes('wait to be filed')),
    ...judgeDeeds(history),
  ]
  return broken.map(words => ({ invariant: 'I3', words }))
}

/** Everything that stands as sent or to be sent in some ticket, by Message-ID. */
function outboundOf({ tickets }: History): Map<string, Outbound> {
  const found = new Map<string, Outbound>()
  for (const ticket of tickets) {
    for (const message of ticket.messages) {
      const isOwn = message.direction === 'outbound' && message.mailboxId === ticket.mailboxId
      if (isOwn) found.set(message.internetMessageId ?? `message ${message.id}`, { message, ticket })
    }
  }
  return found
}

type Scene = { written: ReadonlyMap<string, Outbound>; arrivals: ReadonlyMap<string, readonly Accepted[]> }

function judgeReply(history: History, reply: ReplyRecord, { written, arrivals }: Scene): string[] {
  const { tag, acknowledged, isTakenBack } = reply
  if (acknowledged === null) return [`reply ${tag} was never answered by the API`]
  const standing = [...written.values()].filter(({ message }) => message.text.includes(tag))
  const [outbound] = standing
  if (outbound === undefined || standing.length > 1) return [`reply ${tag} is ${standing.length} messages`]
  const { message, ticket } = outbound
  const { delivery } = message
  const arrived = arrivals.get(message.internetMessageId ?? '') ?? []
  const faults: string[] = []
  if (message.internetMessageId !== acknowledged.internetMessageId) faults.push('changed its Message-ID')
  if (ticket.number !== reply.ticketNumber)
    faults.push(`was written to ticket ${reply.ticketNumber} and is in ticket ${ticket.number}`)
  if (isTakenBack && delivery?.state !== 'cancelled') faults.push(`was taken back and is ${delivery?.state}`)
  if (delivery?.state === 'accepted') faults.push(...judgeReach(reply, arrived))
  else faults.push(...judgeUnsent(delivery, arrived, history.undelivered.has(ticket.number)))
  return faults.map(fault => `reply ${tag} ${fault}`)
}

function judgeReach({ to }: ReplyRecord, arrived: readonly Accepted[]): string[] {
  if (arrived.length === 0) return ['is accepted by its ticket, and the sink never took it']
  const reached = arrived.flatMap(mail => mail.to)
  return to.filter(address => !reached.includes(address)).map(address => `never reached ${address}`)
}

function judgeUnsent(delivery: Delivery | null, arrived: readonly Accepted[], isInQueue: boolean): string[] {
  const state = delivery?.state ?? 'without a delivery'
  if (state !== 'cancelled' && state !== 'failed') return [`never came to rest: it is ${state}`]
  const isSilent =
    state === 'failed' && !(delivery?.failure === 'followed' || (delivery?.failure === 'open' && isInQueue))
  return [
    ...(arrived.length > 0 ? [`is ${state}, and the sink took it`] : []),
    ...(isSilent ? ['failed, and nothing shows it'] : []),
  ]
}

/** How often anything of ours arrived, automatic mail too. */
function judgeArrivals(
  history: History,
  { message, ticket }: Outbound,
  arrivals: Scene['arrivals'],
): string[] {
  const arrived = arrivals.get(message.internetMessageId ?? '') ?? []
  const name = `mail ${message.internetMessageId} of ticket ${ticket.number}`
  if (arrived.length === 0 && message.delivery?.state === 'accepted')
    return [`${name} is accepted, and the sink never took it`]
  if (arrived.length <= 1) return []
  const isRepeating = history.mailboxes.find(({ id }) => id === message.mailboxId)?.isRepeating === true
  const allowed = 1 + Number(isRepeating) + (history.sentAgain.get(message.id) ?? 0)
  const wasUncertain = ticket.events.some(
    event => event.kind === 'reply_uncertain' && event.messageId === message.id,
  )
  const times = `${name} reached the sink ${arrived.length} times`
  const faults: [boolean, string][] = [
    [message.delivery?.mayHaveBeenSentTwice !== true, `${times} and is not marked`],
    [!wasUncertain, `${times} and was never uncertain`],
    [arrived.length > allowed, `${times}, ${allowed} at most`],
    [new Set(arrived.map(mail => mail.sha256)).size > 1, `${name} was sent with other bytes`],
    [new Set(arrived.map(({ raw }) => fieldsOf(raw).date)).size > 1, `${name} was sent with another Date`],
  ]
  return faults.filter(([isBroken]) => isBroken).map(([, words]) => words)
}

/** Mail in the sink that stands in no ticket; mail to agents tells of tickets and belongs to none. */
function strangers(
  { agentAddresses }: History,
  written: ReadonlyMap<string, Outbound>,
  arrivals: Scene['arrivals'],
): string[] {
  return [...arrivals]
    .filter(([id, mails]) => !written.has(id) && !mails.every(mail => mail.to.every(isAgent)))
    .map(([id, mails]) => `the sink has a mail nobody wrote: ${id} to ${mails[0]?.to.join(', ')}`)

  function isAgent(address: string): boolean {
    return agentAddresses.includes(address)
  }
}

/** However often a copy to Sent had to be tried, one lies there at most. */
function judgeCopies({ accepted, sentCopies }: History): string[] {
  const idOf = new Map(accepted.map(mail => [mail.sha256, mail.internetMessageId]))
  return [...Map.groupBy(sentCopies, hash => hash)]
    .filter(([, copies]) => copies.length > 1)
    .map(([hash, copies]) => `mail ${idOf.get(hash) ?? hash} lies ${copies.length} times in Sent`)
}

function judgeDeeds({ deeds, tickets }: History): string[] {
  const byNumber = new Map(tickets.map(ticket => [ticket.number, ticket]))
  const lastAssigned = new Map<number, Deed & { kind: 'assign' }>()
  for (const deed of deeds) if (deed.kind === 'assign') lastAssigned.set(deed.ticketNumber, deed)
  return [...deeds.filter(deed => deed.kind !== 'assign'), ...lastAssigned.values()].flatMap(deed => {
    const ticket = byNumber.get(deed.ticketNumber)
    return ticket === undefined ? [`ticket ${deed.ticketNumber} is gone`] : judgeDeed(deed, ticket)
  })
}

function judgeDeed(deed: Deed, { number, notes, assigneeId, events }: SeenTicket): string[] {
  if (deed.kind === 'note') {
    const count = notes.filter(note => note.text.includes(deed.tag)).length
    return count === 1 ? [] : [`note ${deed.tag} stands ${count} times in ticket ${number}`]
  }
  if (deed.kind === 'assign') {
    const isKept = assigneeId === deed.agentId
    return isKept ? [] : [`ticket ${number} was given to agent ${deed.agentId} and is ${assigneeId}'s`]
  }
  const isWritten = events.some(event => event.kind === 'state_changed' && event.agentId === deed.agentId)
  return isWritten ? [] : [`ticket ${number} was closed, and its history does not know`]
}
