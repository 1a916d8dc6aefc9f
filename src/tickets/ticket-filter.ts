import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { AssigneeWord, TicketPriority, TicketState } from '../shared/vocabulary.ts'
import { tagName } from './tag-name.ts'
import { type KnownFilter, type Owners, selectTagIds } from './ticket-filter.queries.ts'

/** What a list is narrowed to (shared/ticket-filter.ts): all that is given must fit, of several values one. */
export type TicketFilter = {
  mailboxIds?: number[]
  assignees?: AssigneeWord[]
  states?: TicketState[]
  tags?: string[]
  languages?: string[]
  priorities?: TicketPriority[]
  waitingMinutes?: number
  text?: string
}

/** A filter, and where it has a text the tickets that was found in. */
export type AskedFilter = { filter: TicketFilter; foundIds: readonly number[] | null }

/**
 * Filters in ids, each in its place; their tags are looked up by one statement. A tag that is not there leaves a list of
 * tags that fits nothing: a filter never fails.
 */
export async function knownFilters(
  db: Db,
  caller: Caller,
  asked: readonly AskedFilter[],
): Promise<KnownFilter[]> {
  const names = new Set(asked.flatMap(({ filter }) => (filter.tags ?? []).map(tagName)))
  const tags = names.size === 0 ? [] : await selectTagIds(db, [...names])
  const idOf = new Map(tags.map(({ id, name }) => [name, id]))
  return asked.map(({ filter, foundIds }) => ({
    states: filter.states ?? null,
    owners: filter.assignees === undefined ? null : ownersOf(filter.assignees, caller),
    tagIds: filter.tags?.flatMap(name => idOf.get(tagName(name)) ?? []) ?? null,
    languages: filter.languages ?? null,
    priorities: filter.priorities ?? null,
    waitingMinutes: filter.waitingMinutes ?? null,
    foundIds: filter.text === undefined ? null : foundIds,
  }))
}

function ownersOf(words: readonly AssigneeWord[], { agentId }: Caller): Owners {
  const idsOf = (kind: 'agent' | 'team') =>
    words.flatMap(word => (word.startsWith(`${kind}-`) ? Number(word.slice(kind.length + 1)) : []))
  return {
    agentIds: [...idsOf('agent'), ...(words.includes('me') ? [agentId] : [])],
    teamIds: idsOf('team'),
    orNobody: words.includes('nobody'),
  }
}
