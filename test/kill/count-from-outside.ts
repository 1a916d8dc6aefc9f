import { getTicket, listTickets, type Message, type Ticket } from '../../src/shared/tickets.ts'
import { checkLedger } from '../ledger/check-ledger.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { ServerMail } from '../support/raw-imap.ts'
import type { Accepted } from '../support/sink-log.ts'
import type { LoadMail } from './mail-load.ts'
import type { LoadReply } from './reply-load.ts'

/** Everything that can be seen without asking the database. */
export type Outside = {
  admin: ApiClient
  mails: readonly LoadMail[]
  replies: readonly LoadReply[]
  mailboxes: readonly {
    id: number
    address: string
    inbox: readonly ServerMail[]
    sent: readonly ServerMail[]
  }[]
  /** The sink's log. */
  accepted: readonly Accepted[]
  /** Mailboxes repeat an uncertain mail once by themselves. */
  ownRepeats: number
}

/** The counts of a run, and one sentence for each promise that was broken. */
export type Count = { facts: [string, number][]; violations: string[] }

/** Counts mails, tickets and replies: nothing lost, nothing doubled. */
export async function countFromOutside(outside: Outside): Promise<Count> {
  const tickets = await readTickets(outside.admin)
  const ledger = await countLedger(outside)
  const mails = countMails(outside.mails, tickets)
  const replies = countReplies(outside, tickets)
  return {
    facts: [...ledger.facts, ['tickets', tickets.length], ...replies.facts],
    violations: [...ledger.violations, ...mails, ...replies.violations],
  }
}

async function readTickets(admin: ApiClient): Promise<Ticket[]> {
  const numbers = new Set<number>()
  for (const queue of ['all', 'closed', 'spam'] as const) {
    for (const row of await allPages(admin, listTickets, { queue })) numbers.add(row.number)
  }
  const tickets: Ticket[] = []
  for (const number of numbers) tickets.push(await admin.call(getTicket, { params: { number } }))
  return tickets
}

async function countLedger({ admin, mailboxes }: Outside): Promise<Count> {
  const count: Count = { facts: [], violations: [] }
  const outcomes = new Map<string, number>()
  let shown = 0
  let below = 0
  for (const { id, address, inbox } of mailboxes) {
    const check = await checkLedger(admin, id, inbox)
    shown += inbox.length
    below += check.mailsBelow
    for (const [outcome, rows] of check.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + rows)
    const touched = inbox.filter(mail => mail.flags.some(flag => flag !== '\\Recent'))
    count.violations.push(
      ...check.breaches.map(breach => `${address}: ${breach}`),
      ...touched.map(mail => `${address}: UID ${mail.uid} was given flags on the server`),
    )
  }
  count.facts.push(['UIDs on the server', shown], ['in range rows', below], ...outcomes)
  return count
}

/** Each mail is one message, and each thread one ticket. */
function countMails(mails: readonly LoadMail[], tickets: readonly Ticket[]): string[] {
  const seen = tickets.flatMap(ticket =>
    ticket.messages
      .filter(message => message.direction === 'inbound')
      .map(message => ({ number: ticket.number, marks: message.text.match(/\[[mt]-\d+\]/g) ?? [] })),
  )
  const messagesOf = new Map<string, number>()
  const ticketsOf = new Map<string, Set<number>>()
  for (const { number, marks } of seen) {
    for (const mark of marks) {
      messagesOf.set(mark, (messagesOf.get(mark) ?? 0) + 1)
      ticketsOf.set(mark, (ticketsOf.get(mark) ?? new Set()).add(number))
    }
  }
  const wrongMails = [...new Set(mails.map(mail => mail.marker))]
    .filter(marker => messagesOf.get(marker) !== 1)
    .map(marker => `mail ${marker} is ${messagesOf.get(marker) ?? 0} messages`)
  const wrongThreads = [...new Set(mails.map(mail => mail.thread))]
    .filter(thread => ticketsOf.get(thread)?.size !== 1)
    .map(thread => `thread ${thread} is in ${ticketsOf.get(thread)?.size ?? 0} tickets`)
  return [...wrongMails, ...wrongThreads]
}

function countReplies(outside: Outside, tickets: readonly Ticket[]): Count {
  const { replies, accepted } = outside
  const outbound = tickets.flatMap(ticket => ticket.messages.filter(one => one.direction === 'outbound'))
  const byId = new Map(outbound.map(message => [message.id, message]))
  const inSink = Map.groupBy(accepted, mail => mail.internetMessageId ?? '')
  const inSent = Map.groupBy(
    outside.mailboxes.flatMap(mailbox => mailbox.sent),
    mail => mail.sha256,
  )
  const violations = replies.flatMap(reply => {
    const message = byId.get(reply.acknowledged?.id ?? 0)
    const written = outbound.filter(one => one.text.includes(reply.marker)).length
    if (!message || written !== 1) return [`reply ${reply.marker} is ${written} messages`]
    const arrived = inSink.get(message.internetMessageId ?? '') ?? []
    const copies = inSent.get(arrived[0]?.sha256 ?? '')?.length ?? 0
    return [
      ...judgeReply(reply, { message, arrived, ownRepeats: outside.ownRepeats }),
      ...judgeCopies(reply, copies),
    ]
  })
  const known = new Set(outbound.map(message => message.internetMessageId))
  const strangers = [...inSink].filter(([id]) => !known.has(id))
  violations.push(...strangers.map(([id]) => `the sink has a mail nobody wrote: ${id}`))
  const twice = [...inSink.values()].filter(mails => mails.length > 1).length
  return {
    facts: [
      ['replies acknowledged', replies.filter(reply => reply.acknowledged !== null).length],
      ['failed tries of agents', replies.reduce((sum, reply) => sum + reply.doubts, 0)],
      ['mails in the sink', accepted.length],
      ['replies marked as perhaps twice', outbound.filter(one => one.delivery?.mayHaveBeenSentTwice).length],
      ['replies in the sink twice', twice],
      ['copies in Sent', [...inSent.values()].flat().length],
    ],
    violations,
  }
}

type Arrival = { message: Message; arrived: readonly Accepted[]; ownRepeats: number }

/** Once; twice only in SMTP's own window: the same bytes, marked, and no oftener than it was repeated. */
function judgeReply({ marker, sentAgain, acknowledged }: LoadReply, arrival: Arrival): string[] {
  const { message, arrived, ownRepeats } = arrival
  const faults: string[] = []
  if (message.internetMessageId !== acknowledged?.internetMessageId) faults.push('changed its Message-ID')
  if (message.delivery?.state !== 'accepted') faults.push(`ended as ${message.delivery?.state}`)
  if (arrived.length === 0) faults.push('never reached the sink')
  const isMarked = message.delivery?.mayHaveBeenSentTwice === true
  if (arrived.length > 1 && !isMarked) faults.push(`was sent ${arrived.length} times and is not marked`)
  else if (arrived.length > 1 + ownRepeats + sentAgain) faults.push(`was sent ${arrived.length} times`)
  if (new Set(arrived.map(mail => mail.sha256)).size > 1) faults.push('was sent with other bytes')
  return faults.map(fault => `reply ${marker} ${fault}`)
}

function judgeCopies({ marker }: LoadReply, copies: number): string[] {
  return copies > 1 ? [`reply ${marker} stands ${copies} times in Sent`] : []
}
