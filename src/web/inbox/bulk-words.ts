import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Names } from '../ticket/ticket-changes.ts'
import type { TFunction } from '../words-of.ts'

/** What is said of a change of many tickets: "3 tickets: closed". */
export function bulkWords(t: TFunction, count: number, change: TicketChange, names: Names): string {
  return t('bulk.done', { count, what: whatWords(t, change, names) })
}

function whatWords(t: TFunction, change: TicketChange, names: Names): string {
  const { mailboxId, state, priority, snooze, isDeleted } = change
  if (mailboxId !== undefined) return t('bulk.did.mailbox', { name: names.mailboxName(mailboxId) })
  if (isDeleted !== undefined) return t(isDeleted ? 'bulk.did.deleted' : 'bulk.did.restored')
  if (state !== undefined) return t(`bulk.did.${state}`)
  if (snooze !== undefined) return t(snooze === null ? 'bulk.did.woken' : 'bulk.did.snoozed')
  if (priority !== undefined) return t('bulk.did.priority', { priority: t(`priority.${priority}`) })
  return ownWords(t, change) ?? assignedOrTagged(t, change, names)
}

// What is between the agent and the tickets alone.
function ownWords(t: TFunction, { isFollowed, isUnread }: TicketChange): string | undefined {
  if (isFollowed !== undefined) return t(isFollowed ? 'bulk.did.followed' : 'bulk.did.unfollowed')
  if (isUnread !== undefined) return t(isUnread ? 'bulk.did.unread' : 'bulk.did.read')
  return undefined
}

function assignedOrTagged(
  t: TFunction,
  { assigneeId, teamId, addTags, removeTags }: TicketChange,
  names: Names,
): string {
  if (addTags !== undefined) return t('bulk.did.tagged', { tag: addTags.join(', ') })
  if (removeTags !== undefined) return t('bulk.did.untagged', { tag: removeTags.join(', ') })
  if (teamId === null) return t('bulk.did.noTeam')
  if (teamId !== undefined) return t('bulk.did.team', { name: names.teamName(teamId) })
  return assigneeId == null
    ? t('bulk.did.unassigned')
    : t('bulk.did.assigned', { name: names.agentName(assigneeId) })
}
