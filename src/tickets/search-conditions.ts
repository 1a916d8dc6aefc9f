import type { Caller } from '../agents/can.ts'
import { getAgent, listAgents } from '../agents/get-agent.ts'
import { listTeams } from '../agents/teams.ts'
import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { listMailboxViews } from '../mailboxes/mailbox-view.ts'
import { foldWord } from '../search/fold-word.ts'
import type { QueryFault, QueryFilter } from '../search/parse-query.ts'
import type { SearchIs } from '../shared/vocabulary.ts'
import { selectDayStart, type TicketCondition } from './search.queries.ts'
import { tagName } from './tag-name.ts'
import { selectTagNames } from './tags.queries.ts'

/** What the facets of a query come to. `from` and `to` are ISO instants, null where there is no border. */
export type SearchConditions = {
  ticket: TicketCondition[]
  /** Words a row has (`k:note`, `h:pdf`). */
  flags: { word: string; isNegated: boolean }[]
  from: string | null
  to: string | null
}

/** Who asks, and the mailboxes they may use. */
export type Searcher = { caller: Caller; mailboxIds: readonly number[] }

type Value<By extends QueryFilter['by']> = Extract<QueryFilter, { by: By }>

type Named = Value<'tag' | 'mailbox' | 'assignee' | 'team'>

const maxSuggestions = 8

/**
 * Looks up what facets name, among what the caller may see.
 *
 * @throws AppError `bad-search` for a tag, mailbox, agent or team that is not there
 */
export async function searchConditions(
  db: Db,
  searcher: Searcher,
  filters: readonly QueryFilter[],
): Promise<SearchConditions> {
  const found: SearchConditions = { ticket: [], flags: [], from: null, to: null }
  for (const filter of filters) {
    switch (filter.by) {
      case 'is':
        addIs(found, filter, searcher.caller)
        break
      case 'has':
        found.flags.push({ word: `h:${filter.value}`, isNegated: filter.isNegated })
        break
      case 'before':
      case 'after':
        await addBorder(db, found, filter, searcher.caller)
        break
      default:
        found.ticket.push(await lookUp(db, searcher, filter))
    }
  }
  const asksForDeleted = found.ticket.some(condition => condition.by === 'deleted')
  if (!asksForDeleted) found.ticket.push({ by: 'deleted', isNegated: true })
  return found
}

/** A query that cannot be asked; the screen words `problem` and offers `suggestions`. */
export function badSearch(fault: QueryFault): AppError {
  return new AppError('bad-search', `the search cannot be understood: ${fault.problem}`, { ...fault })
}

const states: readonly SearchIs[] = ['open', 'waiting', 'closed', 'spam']

function addIs(found: SearchConditions, { value, isNegated }: Value<'is'>, caller: Caller): void {
  switch (value) {
    case 'unassigned':
      found.ticket.push({ by: 'unassigned', isNegated })
      break
    case 'snoozed':
    case 'deleted':
      found.ticket.push({ by: value, isNegated })
      break
    case 'mine':
      found.ticket.push({ by: 'assignees', agentIds: [caller.agentId], isNegated })
      break
    case 'received':
    case 'sent':
    case 'note':
      found.flags.push({ word: `k:${value}`, isNegated })
      break
    default:
      if (states.includes(value)) found.ticket.push({ by: 'state', state: value, isNegated })
  }
}

// Days begin where the agent is. Not before a day is from it on.
async function addBorder(
  db: Db,
  found: SearchConditions,
  { by, day, isNegated }: Value<'before' | 'after'>,
  caller: Caller,
): Promise<void> {
  const { timeZone } = await getAgent(db, caller.agentId)
  const start = await selectDayStart(db, day, timeZone)
  const isFrom = (by === 'after') !== isNegated
  if (isFrom && (found.from === null || Date.parse(start) > Date.parse(found.from))) found.from = start
  if (!isFrom && (found.to === null || Date.parse(start) < Date.parse(found.to))) found.to = start
}

async function lookUp(db: Db, searcher: Searcher, filter: Named): Promise<TicketCondition> {
  if (filter.by === 'tag') return await lookUpTag(db, searcher, filter)
  if (filter.by === 'mailbox') return await lookUpMailbox(db, searcher, filter)
  if (filter.by === 'team') return await lookUpTeam(db, filter)
  return await lookUpAssignee(db, searcher, filter)
}

async function lookUpTag(db: Db, { mailboxIds }: Searcher, filter: Named): Promise<TicketCondition> {
  const known = await selectTagNames(db, mailboxIds)
  const name = tagName(filter.value)
  if (known.includes(name)) return { by: 'tag', name, isNegated: filter.isNegated }
  const wanted = foldWord(name)
  throw unknown(filter, [...known.filter(other => foldWord(other).includes(wanted.slice(0, 3))), ...known])
}

async function lookUpMailbox(db: Db, { mailboxIds }: Searcher, filter: Named): Promise<TicketCondition> {
  const views = await listMailboxViews(db, mailboxIds)
  const wanted = foldWord(filter.value)
  const fitting = views.filter(({ name, address }) =>
    [name, address].some(word => foldWord(word).includes(wanted)),
  )
  if (fitting.length === 0)
    throw unknown(
      filter,
      views.map(view => view.name),
    )
  return { by: 'mailboxes', mailboxIds: fitting.map(view => view.id), isNegated: filter.isNegated }
}

async function lookUpAssignee(db: Db, { caller }: Searcher, filter: Named): Promise<TicketCondition> {
  const { isNegated } = filter
  const wanted = foldWord(filter.value)
  if (wanted === 'me') return { by: 'assignees', agentIds: [caller.agentId], isNegated }
  if (wanted === 'nobody' || wanted === 'none') return { by: 'nobody', isNegated }
  const agents = await listAgents(db)
  const fitting = agents.filter(({ name, email }) =>
    [...name.split(' '), name, email].some(word => foldWord(word).startsWith(wanted)),
  )
  if (fitting.length === 0) {
    throw unknown(filter, ['me', 'nobody', ...agents.map(agent => agent.name)])
  }
  return { by: 'assignees', agentIds: fitting.map(agent => agent.id), isNegated }
}

async function lookUpTeam(db: Db, filter: Named): Promise<TicketCondition> {
  const { isNegated } = filter
  const wanted = foldWord(filter.value)
  if (wanted === 'none') return { by: 'no-team', isNegated }
  const teams = (await listTeams(db)).filter(team => !team.isRemoved)
  const fitting = teams.filter(({ name }) =>
    [...name.split(' '), name].some(word => foldWord(word).startsWith(wanted)),
  )
  if (fitting.length === 0) throw unknown(filter, ['none', ...teams.map(team => team.name)])
  return { by: 'teams', teamIds: fitting.map(team => team.id), isNegated }
}

function unknown(filter: Named, known: readonly string[]): AppError {
  const suggestions = [...new Set(known)].slice(0, maxSuggestions)
  return badSearch({ problem: 'unknown-value', facet: filter.by, value: filter.value, suggestions })
}
