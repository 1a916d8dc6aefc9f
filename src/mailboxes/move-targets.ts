import type { ImapConnection, ServerFolder } from './imap-connection.ts'

/** A folder that filed mail may be moved to; `all`: leaving INBOX for All Mail is what Gmail calls archiving. */
export type MoveTarget = { path: string; role: 'archive' | 'all' | 'other' }

/** The folders that filed mail may be moved to, an archive first; null where the server cannot move one mail alone. */
export async function listMoveTargets(imap: ImapConnection): Promise<MoveTarget[] | null> {
  if (imap.moving === 'impossible') return null
  const targets = (await imap.listFolders()).filter(isTarget)
  return targets.sort((a, b) => RANK[a.role] - RANK[b.role] || a.path.localeCompare(b.path))
}

const RANK: Readonly<Record<MoveTarget['role'], number>> = { archive: 0, all: 1, other: 2 }

/** Never Junk, which would teach the server, nor Trash, which is emptied. */
function isTarget(folder: ServerFolder): folder is MoveTarget {
  return folder.role in RANK
}
