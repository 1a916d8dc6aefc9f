import type { TicketFilter } from '../../shared/ticket-filter.ts'
import type { TicketRow } from '../../shared/tickets.ts'

type Fitted = Pick<
  TicketRow,
  'mailboxId' | 'state' | 'assigneeId' | 'teamId' | 'tags' | 'priority' | 'waitingSince'
>

/**
 * Whether a ticket still fits the filter of a list it stands in, so that it can leave at once. Language and text are not
 * on the row, and no change of an agent's touches them.
 */
export function fitsFilter(filter: TicketFilter, ticket: Fitted, agentId: number, now: Date): boolean {
  const { mailboxIds, states, tags, priorities } = filter
  return (
    mailboxIds?.includes(ticket.mailboxId) !== false &&
    states?.includes(ticket.state) !== false &&
    priorities?.includes(ticket.priority) !== false &&
    (tags === undefined || tags.some(tag => ticket.tags.includes(tag))) &&
    isTheirs(filter, ticket, agentId) &&
    waitsLongEnough(filter, ticket, now)
  )
}

function isTheirs({ assignees }: TicketFilter, { assigneeId, teamId }: Fitted, agentId: number): boolean {
  if (assignees === undefined) return true
  return assignees.some(word => {
    if (word === 'me') return assigneeId === agentId
    if (word === 'nobody') return assigneeId === null && teamId === null
    return word === `agent-${assigneeId}` || word === `team-${teamId}`
  })
}

function waitsLongEnough({ waitingMinutes }: TicketFilter, { waitingSince }: Fitted, now: Date): boolean {
  if (waitingMinutes === undefined) return true
  return waitingSince !== null && now.getTime() - Date.parse(waitingSince) > waitingMinutes * 60_000
}
