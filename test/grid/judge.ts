import { listQuarantine } from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, type Message, type Ticket } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { Accepted } from '../support/sink-log.ts'
import { judgeErased } from './erase-through.ts'
import { copiesOf, type Story } from './live-through.ts'
import type { Stage } from './stage.ts'

/** One sentence for each promise that was broken, by looking at the API, the sink and the Sent folder alone. */
export async function judge(stage: Stage, stories: readonly Story[]): Promise<string[]> {
  const { data: quarantined } = await stage.admin.call(listQuarantine, { query: {} })
  const left = quarantined.map(row => `UID ${row.uid} is left in quarantine: ${row.reason}`)
  return [...left, ...(await judgeStories(stage, stories))]
}

/** The same for these mails alone, whatever became of others. */
export async function judgeStories(stage: Stage, stories: readonly Story[]): Promise<string[]> {
  const tickets = await readTickets(stage.admin, stories)
  const faults: string[] = []
  for (const story of stories) {
    if (story.cell.way === 'erased') {
      const said = story.erased === undefined ? ['was not erased'] : await judgeErased(stage, story.erased)
      faults.push(...said.map(fault => `${story.tag} ${fault}`))
      continue
    }
    const own = tickets.filter(ticket => ticket.subject.includes(story.tag))
    const said = judgeMail(story, own)
    const message = own[0]?.messages.find(one => one.id === story.reply?.id)
    if (message === undefined) said.push('its reply is gone')
    else said.push(...judgeReply(stage, story, message), ...judgeHistory(story, own[0] as Ticket, message))
    const copies = await copiesOf(stage, story)
    if (copies > 1) said.push(`its reply stands ${copies} times in Sent`)
    faults.push(...said.map(fault => `${story.tag} ${fault}`))
  }
  return faults
}

async function readTickets(client: ApiClient, stories: readonly Story[]): Promise<Ticket[]> {
  const numbers = new Set<number>()
  for (const queue of ['all', 'closed', 'spam'] as const) {
    for (const row of await allPages(client, listTickets, { queue })) {
      if (stories.some(story => row.subject.includes(story.tag))) numbers.add(row.number)
    }
  }
  // One after the other: of a whole grid they are many, and a client is patient for three seconds with each.
  const tickets: Ticket[] = []
  for (const number of numbers) tickets.push(await client.call(getTicket, { params: { number } }))
  return tickets
}

function judgeMail(story: Story, own: readonly Ticket[]): string[] {
  const messages = own.flatMap(ticket => ticket.messages)
  const inbound = messages.filter(one => one.direction === 'inbound')
  const outbound = messages.filter(one => one.direction === 'outbound')
  return [
    ...(own.length === 1 ? [] : [`is ${own.length} tickets`]),
    ...(inbound.length === (story.cell.way === 'overtaken' ? 2 : 1) ? [] : [`is ${inbound.length} messages`]),
    ...(outbound.length === 1 ? [] : [`has ${outbound.length} replies for one`]),
    ...(story.reply === null ? ['was never answered'] : []),
  ]
}

/** Once; twice only where a person had it sent again, marked, and as the same bytes. */
function judgeReply({ sink }: Stage, story: Story, message: Message): string[] {
  const { delivery, internetMessageId } = message
  const arrived = sink.accepted.filter(mail => mail.internetMessageId === internetMessageId)
  const faults = judgeState(story, delivery?.state ?? 'none')
  if (internetMessageId !== story.reply?.internetMessageId) faults.push('changed the Message-ID of its reply')
  if (delivery?.state !== 'accepted') {
    if (arrived.length > 0) faults.push(`its reply is ${delivery?.state} and reached the customer`)
    return faults
  }
  return [...faults, ...judgeArrivals(story, arrived, delivery.mayHaveBeenSentTwice)]
}

function judgeState({ cell }: Story, state: string): string[] {
  const expected: string[] = ['accepted']
  if (cell.way === 'refused') expected.splice(0, 1, 'failed')
  if (cell.way === 'taken back') expected.push('cancelled')
  if (cell.way === 'put off, stopped' || cell.way === 'overtaken') expected.splice(0, 1, 'cancelled')
  return expected.includes(state) ? [] : [`its reply ended as ${state}`]
}

function judgeArrivals(story: Story, arrived: readonly Accepted[], isMarked: boolean): string[] {
  const faults: string[] = []
  if (arrived.length === 0) faults.push('its reply is called accepted and never reached the sink')
  if (arrived.length > 1 && !isMarked) faults.push(`its reply arrived ${arrived.length} times, not marked`)
  if (arrived.length > 1 + story.sentAgain) faults.push(`its reply arrived ${arrived.length} times`)
  if (new Set(arrived.map(mail => mail.sha256)).size > 1) faults.push('its reply went with other bytes')
  return faults
}

/** A process that lives through the fault knows what the server said: nobody may be asked. */
function judgeDoubt({ cell }: Story, kinds: readonly string[]): string[] {
  const lives = cell.fault === 'database lost' || cell.fault === 'no space'
  const mayDoubt = !lives || cell.way === 'answer lost' || cell.way === 'sender died'
  return mayDoubt || !kinds.includes('reply_uncertain')
    ? []
    : ['its reply was called uncertain by a sender that lived']
}

const TOLD: Partial<Record<string, string>> = {
  accepted: 'reply_accepted',
  failed: 'reply_failed',
  cancelled: 'reply_undone',
}

/** Nothing silent: the ticket's history says once that it was written, and how it ended. */
function judgeHistory(story: Story, ticket: Ticket, message: Message): string[] {
  const kinds = ticket.events.filter(event => event.messageId === message.id).map(event => event.kind)
  const queued = ticket.events.filter(
    event => event.messageId === message.id && event.kind === 'reply_queued' && event.data.repeat !== true,
  )
  const isOvertaken = message.delivery?.cancelledBy === 'customer'
  const end = isOvertaken ? 'reply_overtaken' : (TOLD[message.delivery?.state ?? ''] ?? '')
  return [
    ...(queued.length === 1 ? [] : [`its history says ${queued.length} times that the reply was written`]),
    ...judgeDoubt(story, kinds),
    ...(kinds.some(kind => kind === end) ? [] : [`its history does not say ${end}`]),
  ]
}
