import { inTransaction } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { WATCHED_ROLES } from '../shared/mailbox-words.ts'
import type { FolderRole } from '../shared/vocabulary.ts'
import { loadImapAccount } from './account.ts'
import { type ChosenFolder, listChosenFolders, writeFolderChoice } from './folder-choice.queries.ts'
import { type ImapConnection, openImap, type ServerFolder } from './imap-connection.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import { type MoveTarget, moveTargetsAmong } from './move-targets.ts'

/** A folder of a mailbox as an admin chooses it. `mails` is null where the server was not asked. */
export type FolderView = {
  path: string
  role: FolderRole | 'archive'
  isWatched: boolean
  mails: number | null
  /** Since when the server has it no longer, or does not let us in. */
  goneSince: string | null
  /** What the server said then. */
  goneDetail: string | null
}

const MAX_COUNTED = 100

/** Whether a folder is watched where nobody chose. */
export function isWatchedByRole(role: FolderRole): boolean {
  return WATCHED_ROLES.includes(role)
}

/**
 * The folders of a mailbox as its server has them now, those first that have a role, with how many mails each holds; and
 * those that were chosen and are gone. Drafts, Trash and what marks the mails of other folders (Starred) are never among
 * them; All Mail is where labels tell what lies in it. Beside them, where filed mail may be moved to.
 *
 * @throws NotFound; RemoteFault as signing in raises it
 */
export async function listFolderViews(
  needs: MailboxNeeds,
  mailboxId: number,
): Promise<{ data: FolderView[]; moveTargets: MoveTarget[] | null }> {
  const known = await listChosenFolders(needs.db, mailboxId)
  const { listed, moveTargets } = await withImap(needs, mailboxId, async imap => {
    const folders = await imap.listFolders()
    const counted = await countFolders(imap, choosableAmong(folders, imap))
    return { listed: counted, moveTargets: moveTargetsAmong(folders, imap) }
  })
  const paths = new Set(listed.map(({ path }) => path))
  const refused = new Map(known.map(folder => [folder.path, folder]))
  const there = listed.map(folder => ({
    ...folder,
    isWatched: isWatched(folder, known),
    goneSince: refused.get(folder.path)?.goneSince?.toISOString() ?? null,
    goneDetail: refused.get(folder.path)?.goneDetail ?? null,
  }))
  const gone = known.flatMap(({ path, role, isWatched: wanted, goneSince, goneDetail }) =>
    paths.has(path) || wanted !== true
      ? []
      : [
          {
            path,
            role,
            isWatched: true,
            mails: null,
            goneSince: (goneSince ?? needs.clock.now()).toISOString(),
            goneDetail,
          },
        ],
  )
  const data = [...there, ...gone]
  data.sort((a, b) => RANK[a.role] - RANK[b.role] || a.path.localeCompare(b.path))
  return { data, moveTargets }
}

const RANK: Readonly<Record<FolderView['role'], number>> = {
  inbox: 0,
  sent: 1,
  junk: 2,
  archive: 3,
  other: 4,
  all: 5,
}

/**
 * Makes these the watched folders of a mailbox; its watcher begins with them within a second. What is watched no longer
 * keeps its place in the ledger. All Mail holds what is in the others: it goes with none but Junk, which is not in it.
 *
 * @param choice.withOldMail of those that begin as much old mail comes in as was chosen with the mailbox, in place of none
 * @throws NotFound; RemoteFault; AppError `no-folder`, `unknown-folder`, `all-mail-alone`
 */
export async function chooseFolders(
  needs: MailboxNeeds,
  mailboxId: number,
  { paths, withOldMail = false }: { paths: readonly string[]; withOldMail?: boolean },
): Promise<void> {
  const listed = await withImap(needs, mailboxId, async imap =>
    choosableAmong(await imap.listFolders(), imap),
  )
  const known = await listChosenFolders(needs.db, mailboxId)
  const roles = new Map([...known.map(rowOf), ...listed.map(rowOf)])
  const chosen = [...new Set(paths)]
  const unknown = chosen.find(path => !roles.has(path))
  if (unknown !== undefined)
    throw new AppError('unknown-folder', 'the server has no such folder', { path: unknown })
  if (chosen.length === 0) throw new AppError('no-folder', 'no folder would be watched', { mailboxId })
  if (isDoubled(chosen.map(path => roles.get(path))))
    throw new AppError('all-mail-alone', 'all mail is watched with other folders', { mailboxId })
  // Defaults that are not chosen are written down too, or they would be watched again.
  const rows = [...roles].flatMap(([path, role]) => {
    const isChosen = chosen.includes(path)
    const isMet = known.some(one => one.path === path)
    if (!isChosen && !isMet && !isWatchedByRole(role)) return []
    const begins = isChosen && !withOldMail && !isWatched({ path, role }, known)
    return [{ path, role, isWatched: isChosen, begins }]
  })
  await inTransaction(needs.db, tx => writeFolderChoice(tx, mailboxId, rows))
  needs.bells.ring('mailboxes')
}

function isDoubled(roles: readonly (FolderRole | undefined)[]): boolean {
  return roles.includes('all') && roles.some(role => role !== 'all' && role !== 'junk')
}

type Named = { path: string; role: FolderRole | 'archive' }

function isWatched({ path, role }: Named, known: readonly ChosenFolder[]): boolean {
  const chosen = known.find(one => one.path === path)?.isWatched
  return chosen ?? (role !== 'archive' && isWatchedByRole(role))
}

function rowOf({ path, role }: Named): [string, FolderRole] {
  return [path, role === 'archive' ? 'other' : role]
}

/** Signs in to a connected mailbox for one piece of work. @throws NotFound; RemoteFault as signing in raises it */
export async function withImap<Result>(
  needs: MailboxNeeds,
  mailboxId: number,
  work: (imap: ImapConnection) => Promise<Result>,
): Promise<Result> {
  const { db, keys, log, trust } = needs
  const account = await loadImapAccount({ db, keys, practice: null }, mailboxId)
  const imap = await openImap(account, { log, trust })
  try {
    return await work(imap)
  } finally {
    imap.close()
  }
}

/** A folder that may be watched beside others. */
export type Offered = { path: string; role: Exclude<FolderView['role'], 'all'> }

/** The folders of a server that may be watched beside others. */
export async function listOffered(imap: ImapConnection): Promise<Offered[]> {
  return (await imap.listFolders()).filter(isOffered)
}

type Choosable = Pick<FolderView, 'path' | 'role'>

/** With All Mail, where labels tell what of it was sent. */
function choosableAmong(
  listed: readonly ServerFolder[],
  { hasLabels }: Pick<ImapConnection, 'hasLabels'>,
): Choosable[] {
  const all = listed.flatMap(({ path, role }) => (role === 'all' && hasLabels ? [{ path, role }] : []))
  return [...listed.filter(isOffered), ...all]
}

const NEVER: readonly ServerFolder['role'][] = ['all', 'drafts', 'trash', 'flagged']

function isOffered(folder: ServerFolder): folder is Offered {
  return !NEVER.includes(folder.role)
}

async function countFolders(
  imap: ImapConnection,
  folders: readonly Choosable[],
): Promise<(Choosable & { mails: number | null })[]> {
  const counted: (Choosable & { mails: number | null })[] = []
  for (const folder of folders) {
    const mails = counted.length < MAX_COUNTED ? await imap.countMailsOf(folder.path) : null
    counted.push({ ...folder, mails })
  }
  return counted
}
