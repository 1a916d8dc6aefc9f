import type { Note } from '../../shared/notes.ts'
import type { Message, Ticket, TicketEvent } from '../../shared/tickets.ts'
import type { TicketEventKind } from '../../shared/vocabulary.ts'

/** One thing on the page of a ticket, oldest first. Events in a row are one entry. */
export type Entry =
  | { kind: 'message'; key: string; at: string; message: Message }
  | { kind: 'note'; key: string; at: string; note: Note }
  | { kind: 'events'; key: string; at: string; events: TicketEvent[] }

// The others are seen anyway: as the message, the note or the delivery line they are about.
const SHOWN_EVENTS: readonly TicketEventKind[] = [
  'mentioned',
  'assigned',
  'team_assigned',
  'state_changed',
  'tagged',
  'untagged',
  'reply_complained',
  'reply_rescheduled',
  'reply_overtaken',
  'reply_put_aside',
  'stayed_closed',
  'lead_taken',
  'lead_given',
  'merged',
  'merge_undone',
  'message_moved_in',
  'message_moved_out',
  'move_undone',
  'mailbox_changed',
  'participant_accepted',
  'participant_ignored',
  'customer_from_forward',
  'forward_undone',
  'customers_merged',
  'customer_merge_undone',
  'snoozed',
  'woken',
  'priority_changed',
  'deleted',
  'restored',
]

function isShown({ kind, data }: TicketEvent): boolean {
  // That a mail opened a ticket is seen by the mail.
  return SHOWN_EVENTS.includes(kind) || (kind === 'ticket_opened' && typeof data.by === 'string')
}

/** Messages, notes and history in one order: by time, then messages before notes before events. */
export function timelineOf(ticket: Pick<Ticket, 'messages' | 'notes' | 'events'>): Entry[] {
  const entries: Entry[] = [
    ...ticket.messages.map(messageEntry),
    ...ticket.notes.map(noteEntry),
    ...ticket.events.filter(isShown).map(eventEntry),
  ]
  // The sort is stable, so equal times keep the order above.
  entries.sort((a, b) => sortTime(a) - sortTime(b))
  return entries.reduce<Entry[]>(gatherEvents, [])
}

// How a ticket came to be stands first, also where its first words were written in the same moment.
function sortTime(entry: Entry): number {
  const isOpening = entry.kind === 'events' && entry.events[0]?.kind === 'ticket_opened'
  return isOpening ? 0 : Date.parse(entry.at)
}

/**
 * How many entries stand before the part of a ticket that is open: the last customer message, a reply that
 * did not arrive and waits for somebody, and all after them.
 */
export function countEarlier(entries: readonly Entry[]): number {
  const last = entries.findLastIndex(
    entry => entry.kind === 'message' && entry.message.direction === 'inbound',
  )
  const failed = entries.findIndex(
    entry => entry.kind === 'message' && entry.message.delivery?.failure === 'open',
  )
  return Math.max(0, failed === -1 ? last : Math.min(last, failed))
}

/** The first note that mentions an agent who has not seen it, by its key in the ticket. */
export function findCall(notes: readonly Note[], agentId: number): string | undefined {
  const calling = notes.find(note =>
    note.mentions.some(one => one.agentId === agentId && one.isSeen === false),
  )
  return calling && `n${calling.id}`
}

function messageEntry(message: Message): Entry {
  return { kind: 'message', key: `m${message.id}`, at: message.receivedAt, message }
}

function noteEntry(note: Note): Entry {
  return { kind: 'note', key: `n${note.id}`, at: note.createdAt, note }
}

function eventEntry(event: TicketEvent): Entry {
  return { kind: 'events', key: `e${event.id}`, at: event.at, events: [event] }
}

function gatherEvents(entries: Entry[], entry: Entry): Entry[] {
  const last = entries.at(-1)
  if (entry.kind !== 'events' || last?.kind !== 'events') return [...entries, entry]
  return [...entries.slice(0, -1), { ...last, events: [...last.events, ...entry.events] }]
}
