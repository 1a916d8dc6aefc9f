import type { ImapConnection, ServerFolder } from './imap-connection.ts'

/** A folder that filed mail may be moved to; `all`: leaving INBOX for All Mail is what Gmail calls archiving. */
export type MoveTarget = { path: string; role: 'archive' | 'all' | 'other' }

/** Of a server's folders those that filed mail may be moved to, an archive first; null where it cannot move one mail alone. */
export function moveTargetsAmong(
  listed: readonly ServerFolder[],
  { moving }: Pick<ImapConnection, 'moving'>,
): MoveTarget[] | null {
  if (moving === 'impossible') return null
  return listed.filter(isTarget).sort((a, b) => RANK[a.role] - RANK[b.role] || a.path.localeCompare(b.path))
}

const RANK: Readonly<Record<MoveTarget['role'], number>> = { archive: 0, all: 1, other: 2 }

/** Never Junk, which would teach the server, nor Trash, which is emptied. */
function isTarget(folder: ServerFolder): folder is MoveTarget {
  return folder.role in RANK
}
