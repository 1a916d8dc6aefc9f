import { AppError } from '../lib/app-error.ts'
import type { FolderRole } from '../shared/vocabulary.ts'
import { isWatchedByRole, type Offered } from './folder-choice.ts'

/**
 * The rows of the folders somebody chose as the mailbox is connected, and of those that would be watched though they were
 * not chosen. They begin as the mailbox does: what of their old mail comes in was chosen with them.
 *
 * @throws AppError `no-folder`, `unknown-folder`
 */
export function firstFolders(
  offered: readonly Offered[],
  paths: readonly string[],
): { path: string; role: FolderRole; isWatched: boolean; begins: false }[] {
  const known = new Map<string, Offered['role']>(offered.map(({ path, role }) => [path, role]))
  if (!known.has('INBOX')) known.set('INBOX', 'inbox') // every server has it, listed or not (RFC 3501 §5.1)
  const unknown = paths.find(path => !known.has(path))
  if (unknown !== undefined)
    throw new AppError('unknown-folder', 'the server has no such folder', { path: unknown })
  if (paths.length === 0) throw new AppError('no-folder', 'no folder would be watched', {})
  return [...known].flatMap(([path, offeredRole]) => {
    const role = offeredRole === 'archive' ? 'other' : offeredRole
    const isWatched = paths.includes(path)
    return isWatched || isWatchedByRole(role) ? [{ path, role, isWatched, begins: false as const }] : []
  })
}
