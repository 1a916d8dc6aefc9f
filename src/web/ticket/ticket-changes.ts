import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { type TimeStyle, whenWords } from '../ui/format-time.ts'
import type { TFunction } from '../words-of.ts'

/** What of a ticket a change looks at. */
export type Subject = Pick<
  TicketRow,
  | 'number'
  | 'mailboxId'
  | 'state'
  | 'assigneeId'
  | 'teamId'
  | 'tags'
  | 'priority'
  | 'snooze'
  | 'deletedAt'
  | 'isFollowed'
  | 'isUnread'
  | 'isTwin'
>

/** A ticket as it is after a change, before the server has answered. */
export function applied<T extends Subject>(row: T, change: TicketChange, now: Date): T {
  const kept = row.tags.filter(tag => !change.removeTags?.includes(tag))
  const added = (change.addTags ?? []).filter(tag => !kept.includes(tag))
  return {
    ...row,
    mailboxId: change.mailboxId ?? row.mailboxId,
    state: change.state ?? row.state,
    assigneeId: change.assigneeId === undefined ? row.assigneeId : change.assigneeId,
    teamId: change.teamId === undefined ? row.teamId : change.teamId,
    priority: change.priority ?? row.priority,
    isFollowed: change.isFollowed ?? row.isFollowed,
    isUnread: change.isUnread ?? row.isUnread,
    snooze: snoozeAfter(row, change),
    deletedAt: deletedAfter(row, change, now),
    tags: [...kept, ...added].sort((a, b) => a.localeCompare(b)),
  }
}

// Only what waits stays put away: taking a ticket up or closing it wakes it, as on the server.
function snoozeAfter(row: Subject, change: TicketChange): Subject['snooze'] {
  if (change.snooze !== undefined) return change.snooze
  const moves = change.state !== undefined && change.state !== row.state && change.state !== 'waiting'
  return moves ? null : row.snooze
}

function deletedAfter(row: Subject, { isDeleted }: TicketChange, now: Date): string | null {
  if (isDeleted === undefined) return row.deletedAt
  return isDeleted ? (row.deletedAt ?? now.toISOString()) : null
}

/** Whether a change puts its ticket out of the way, so that the next one is wanted. */
export function putsAway(change: TicketChange): boolean {
  if (change.isDeleted === true || change.snooze != null) return true
  return change.state === 'closed' || change.state === 'spam'
}

/** What changes are called by. */
export type Names = {
  agentId: number
  agentName: (id: number) => string
  teamName: (id: number) => string
  mailboxName: (id: number) => string
  timeStyle: TimeStyle
}

/** What is said of a change; undefined for tags, which are seen where they are changed. */
export function doneWords(
  t: TFunction,
  number: number,
  change: TicketChange,
  names: Names,
): string | undefined {
  const { mailboxId, state, priority, snooze, isDeleted } = change
  if (mailboxId !== undefined) return t('done.mailbox', { number, name: names.mailboxName(mailboxId) })
  if (isDeleted !== undefined) return t(isDeleted ? 'done.deleted' : 'done.restored', { number })
  if (state !== undefined) return t(`done.state.${state}`, { number })
  if (snooze !== undefined) return snoozedWords(t, number, snooze, names.timeStyle)
  if (priority !== undefined) return t(`done.priority.${priority}`, { number })
  return (
    ownWords(t, number, change) ??
    teamWords(t, number, change.teamId, names) ??
    assignedWords(t, number, change.assigneeId, names)
  )
}

// What is between the agent and the ticket alone.
function ownWords(t: TFunction, number: number, { isFollowed, isUnread }: TicketChange): string | undefined {
  if (isFollowed !== undefined) return t(isFollowed ? 'done.followed' : 'done.unfollowed', { number })
  if (isUnread !== undefined) return t(isUnread ? 'done.unread' : 'done.read', { number })
  return undefined
}

function teamWords(
  t: TFunction,
  number: number,
  teamId: number | null | undefined,
  names: Names,
): string | undefined {
  if (teamId === undefined) return undefined
  return teamId === null
    ? t('done.noTeam', { number })
    : t('done.team', { number, name: names.teamName(teamId) })
}

function assignedWords(
  t: TFunction,
  number: number,
  assigneeId: number | null | undefined,
  names: Names,
): string | undefined {
  if (assigneeId === undefined) return undefined
  if (assigneeId === null) return t('done.unassigned', { number })
  if (assigneeId === names.agentId) return t('done.taken', { number })
  return t('done.assigned', { number, name: names.agentName(assigneeId) })
}

function snoozedWords(
  t: TFunction,
  number: number,
  snooze: NonNullable<TicketChange['snooze']> | null,
  timeStyle: TimeStyle,
): string {
  if (snooze === null) return t('done.woken', { number })
  if (snooze.until === null) return t('done.snoozedReply', { number })
  return t('done.snoozed', { number, time: whenWords(new Date(snooze.until), new Date(), timeStyle) })
}
