import type { Db } from '../db/database.ts'
import { instanceSilenceMs } from '../db/instances.ts'
import type { Log } from '../lib/log.ts'
import { isWatchedByRole } from '../mailboxes/folder-choice.ts'
import type { ImapConnection, ServerFolder } from '../mailboxes/imap-connection.ts'
import type { FolderRole } from '../shared/vocabulary.ts'
import { serverUidValidity } from './folder-generation.ts'
import {
  hasOldInstance,
  insertDefaultFolder,
  type KnownFolder,
  listKnownFolders,
  selectSamples,
  updateGone,
  updatePath,
} from './watched-folders.queries.ts'

/** A folder to watch; the first of a mailbox's is the one that IDLE listens to. */
export type WatchedFolder = { path: string; role: FolderRole }

type Context = { db: Db; connection: ImapConnection; log: Log; mailboxId: number }

/**
 * The folders of a mailbox to watch, as the server has them now: INBOX and Sent where nobody chose otherwise, and what an
 * admin chose. One that was renamed keeps its place in the ledger; one that is gone is noted, and watched again when it
 * is back.
 *
 * @returns INBOX first, or All Mail; never empty: without any other, INBOX is watched
 * @throws RemoteFault
 */
export async function findWatchedFolders(context: Context): Promise<WatchedFolder[]> {
  const { db, connection, mailboxId } = context
  const listed = await connection.listFolders()
  await insertDefaultFolder(db, { mailboxId, path: 'INBOX', role: 'inbox' })
  const sent = listed.find(folder => folder.role === 'sent')
  const mayWatchSent = sent !== undefined && !(await hasOldInstance(db, { silentForMs: instanceSilenceMs }))
  if (mayWatchSent) await insertDefaultFolder(db, { mailboxId, path: sent.path, role: 'sent' })
  const known = await listKnownFolders(db, mailboxId)
  const found = await findThem(context, known, listed)
  const watched = found.map(({ path, role }) => ({ path, role }))
  if (watched.length === 0) return [{ path: 'INBOX', role: 'inbox' }]
  return watched.sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ path, role }: WatchedFolder): number {
  if (path === 'INBOX') return 0
  return role === 'all' ? 1 : 2
}

/**
 * All Mail has what is in the others, and only labels tell what of it was sent: without them, as after a move to another
 * server, it is not watched.
 */
function listWanted(known: readonly KnownFolder[], { hasLabels }: { hasLabels: boolean }): KnownFolder[] {
  const wanted = known.filter(isWanted)
  if (!wanted.some(({ role }) => role === 'all')) return wanted
  return wanted.filter(({ role }) => (hasLabels ? role === 'all' || role === 'junk' : role !== 'all'))
}

function isWanted({ is_watched: isWatched, role }: KnownFolder): boolean {
  return isWatched ?? isWatchedByRole(role)
}

/** The folders that are there, by the name they have now. A server that lists nothing has INBOX all the same. */
async function findThem(
  context: Context,
  known: readonly KnownFolder[],
  listed: readonly ServerFolder[],
): Promise<KnownFolder[]> {
  const { db, mailboxId, log } = context
  const wanted = listWanted(known, context.connection)
  const taken = new Set(known.map(folder => folder.path))
  const paths = new Set([...listed.map(folder => folder.path), 'INBOX'])
  const there = wanted.filter(folder => paths.has(folder.path))
  const gone: KnownFolder[] = []
  for (const folder of wanted.filter(one => !paths.has(one.path))) {
    const candidates = listed.filter(one => !taken.has(one.path))
    const path = await findRenamed(context, folder, candidates)
    if (path === undefined) {
      gone.push(folder)
      continue
    }
    await updatePath(db, folder.id, path)
    taken.add(path)
    log.info({ mailboxId, folderId: folder.id }, 'folder was renamed on the server')
    there.push({ ...folder, path })
  }
  const idsOf = (folders: readonly KnownFolder[]) => folders.map(({ id }) => id)
  await updateGone(db, mailboxId, { goneIds: idsOf(gone), watchedIds: idsOf(wanted) })
  return there
}

const MAX_CANDIDATES = 100

/**
 * Where a folder is now: by MAILBOXID, else by its UIDVALIDITY with the newest mails we know of it. One
 * without either is a new folder, whose mails the mail key knows.
 */
async function findRenamed(
  { db, connection }: Context,
  folder: KnownFolder,
  candidates: readonly ServerFolder[],
): Promise<string | undefined> {
  const { generation } = folder
  if (generation === null) return undefined
  const samples = await selectSamples(db, { id: folder.id, generation })
  for (const { path } of candidates.slice(0, MAX_CANDIDATES)) {
    const status = await connection.statusOf(path)
    if (status?.uidValidity !== serverUidValidity(generation)) continue
    if (await isTheSame(connection, path, { serverKey: folder.server_key, samples })) return path
  }
  return undefined
}

type Sample = { uid: number; received_at: Date }

async function isTheSame(
  connection: ImapConnection,
  path: string,
  known: { serverKey: string | null; samples: readonly Sample[] },
): Promise<boolean> {
  const { serverKey } = await connection.openFolder(path)
  if (serverKey !== undefined && known.serverKey !== null) return serverKey === known.serverKey
  return known.samples.length > 0 && (await hasAll(connection, known.samples))
}

async function hasAll(connection: ImapConnection, samples: readonly Sample[]): Promise<boolean> {
  const facts = await connection.fetchFacts(samples.map(({ uid }) => uid))
  const received = new Map(facts.map(mail => [mail.uid, mail.receivedAt.getTime()]))
  return samples.every(({ uid, received_at: at }) => received.get(uid) === at.getTime())
}
