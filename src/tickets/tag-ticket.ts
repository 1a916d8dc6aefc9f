import type { Tx } from '../db/database.ts'
import type { TicketEventKind } from '../shared/vocabulary.ts'
import { lockForChange } from './lock-ticket.ts'
import { tagName } from './tag-name.ts'
import { addMissingTags, addTicketTags, removeTicketTags } from './tags.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Puts tags on a ticket and takes others off, with events `tagged` and `untagged` (`data`: tags) that
 * name only what really changed. A name given in both lists ends up off. Unknown tags are made.
 *
 * @param change names as typed (tag-name.ts gives them their form)
 * @throws as lockForChange
 */
export async function tagTicket(
  tx: Tx,
  change: { ticketId: number; add: readonly string[]; remove: readonly string[]; agentId: number },
): Promise<void> {
  const ticket = await lockForChange(tx, change.ticketId)
  const remove = formed(change.remove)
  const add = formed(change.add).filter(name => !remove.includes(name))
  if (add.length > 0) await addMissingTags(tx, add)
  const added = add.length > 0 ? await addTicketTags(tx, ticket.id, add) : []
  const removed = remove.length > 0 ? await removeTicketTags(tx, ticket.id, remove) : []
  const events = [eventOf('tagged', added), eventOf('untagged', removed)].filter(event => event !== undefined)
  if (events.length === 0) return
  await writeTicketEvents(
    tx,
    events.map(event => ({ ticketId: ticket.id, agentId: change.agentId, ...event })),
  )
}

function formed(names: readonly string[]): string[] {
  return [...new Set(names.map(tagName).filter(name => name !== ''))]
}

function eventOf(
  kind: TicketEventKind,
  tags: string[],
): { kind: TicketEventKind; data: { tags: string[] } } | undefined {
  return tags.length === 0 ? undefined : { kind, data: { tags } }
}
