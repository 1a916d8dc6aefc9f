import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { QueueRule } from './queues.ts'
import { type KnownFilter, selectFew } from './ticket-filter.queries.ts'
import { knownFilters, type TicketFilter } from './ticket-filter.ts'
import type { PartWish } from './ticket-list.queries.ts'
import type { ListedMailboxes } from './visible-mailboxes.ts'

/** What a list is narrowed to. `foundIds`: where its text was found (find-by-text.ts). */
export type ListFilter = TicketFilter & { foundIds: readonly number[] | null }

/** Of what a list is read. */
export type NarrowedList = Pick<PartWish, 'rule' | 'mailboxIds' | 'otherIds' | 'filter' | 'fewIds'>

const fewTickets = 1000 // so many are read and sorted in a few milliseconds, by their keys

/**
 * Makes the list that a filter leaves of a queue. Mailboxes and states leave stretches of it out; an agent or a team
 * alone has an index of its own; of what only few tickets have, those are read. All else is looked at row by row in the
 * list's order: what many have is found among the first.
 */
export async function narrowList(
  db: Db,
  caller: Caller,
  list: { rule: QueueRule; listed: ListedMailboxes; filter: ListFilter | undefined },
): Promise<NarrowedList> {
  const { rule, listed, filter } = list
  if (filter === undefined) return { rule, ...listed, filter: null, fewIds: null }
  const { foundIds } = filter
  const [known] = await knownFilters(db, caller, [{ filter, foundIds }])
  const { mailboxIds, otherIds } = ofMailboxes(listed, filter.mailboxIds)
  const isTrash = rule.holds === 'deleted'
  const fewIds =
    known === undefined ? [] : await selectFew(db, known, { mailboxIds, isTrash, limit: fewTickets })
  const narrowed = known === undefined ? rule : ofOwner(rule, known)
  return { rule: narrowed, mailboxIds, otherIds, filter: known ?? null, fewIds }
}

/** The listed mailboxes that are wanted; all others are other ones, so that a twin stands where its lead does not. */
export function ofMailboxes(listed: ListedMailboxes, wanted: readonly number[] | undefined): ListedMailboxes {
  if (wanted === undefined) return listed
  const isWanted = (id: number) => wanted.includes(id)
  const passed = listed.mailboxIds.filter(id => !isWanted(id))
  return { mailboxIds: listed.mailboxIds.filter(isWanted), otherIds: [...listed.otherIds, ...passed] }
}

function ofOwner(rule: QueueRule, { states, owners }: KnownFilter): QueueRule {
  const kept =
    states === null ? rule : { ...rule, states: rule.states.filter(state => states.includes(state)) }
  if (owners === null || owners.orNobody || rule.assignee !== 'anyone') return kept
  const [agentId] = owners.agentIds
  const [teamId] = owners.teamIds
  if (owners.agentIds.length + owners.teamIds.length !== 1) return kept
  if (agentId !== undefined) return { ...kept, assignee: { agentId } }
  return teamId === undefined ? kept : { ...kept, assignee: teamId }
}
