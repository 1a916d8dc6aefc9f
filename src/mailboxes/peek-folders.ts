import { RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { countSince } from './first-mail-since.ts'
import { listOffered, type Offered } from './folder-choice.ts'
import type { ImapConnection } from './imap-connection.ts'

/**
 * A folder that may be watched: how many mails it has, null where there was no time to ask, and how many of them would
 * come in of the last so many days; left out where nobody counted them.
 */
export type PeekedFolder = Offered & { mails: number | null; recent?: { days: number; mails: number }[] }

const ALL_DAYS = 36_500
const RECENT_DAYS = [1825, 730, 365, 90, 30, 7, 1] // from long to short: where there is none, there is none later
const DAY_MS = 86_400_000
const BUDGET_MS = 6_000
const MAX_FOLDERS = 100
const MAX_COUNTED = 20
const OTHERS = 2
const REFUSALS = ['folder-not-found', 'server-said-no']

/**
 * Looks into the folders of a server without a trace, so that somebody can choose what of them comes in: INBOX and Sent
 * first, then the fullest, for some seconds. What is counted is what the first fetch would take, to the mail.
 */
export async function peekFolders(connection: ImapConnection, clock: Clock): Promise<PeekedFolder[]> {
  const endsAtMs = clock.monotonicMs() + BUDGET_MS
  const hasTime = () => clock.monotonicMs() < endsAtMs
  const folders: PeekedFolder[] = []
  for (const folder of (await listOffered(connection)).slice(0, MAX_FOLDERS))
    folders.push({
      ...folder,
      mails: hasTime() ? await unlessRefused(connection.countMailsOf(folder.path)) : null,
    })
  const byNeed = folders.toSorted((a, b) => rankOf(a) - rankOf(b) || (b.mails ?? 0) - (a.mails ?? 0))
  for (const folder of byNeed.slice(0, MAX_COUNTED)) {
    if (rankOf(folder) === OTHERS && !hasTime()) break
    const recent = await unlessRefused(countRecent(connection, folder, clock))
    if (recent !== null) folder.recent = recent
  }
  return byNeed
}

function rankOf({ role }: Offered): number {
  if (role === 'inbox') return 0
  return role === 'sent' ? 1 : OTHERS
}

/** A folder that its server lists and does not let us into spoils the look at no other. */
async function unlessRefused<Counted>(look: Promise<Counted>): Promise<Counted | null> {
  try {
    return await look
  } catch (fault) {
    if (fault instanceof RemoteFault && REFUSALS.includes(fault.code)) return null
    throw fault
  }
}

async function countRecent(
  connection: ImapConnection,
  { path, mails }: PeekedFolder,
  clock: Clock,
): Promise<{ days: number; mails: number }[]> {
  const uids = mails === 0 ? [] : await open(connection, path)
  const counts = [{ days: ALL_DAYS, mails: uids.length }]
  const nowMs = clock.now().getTime()
  let left = uids.length
  for (const days of RECENT_DAYS) {
    if (left > 0) left = await countSince(connection, uids, { atMs: nowMs - days * DAY_MS, nowMs })
    counts.push({ days, mails: left })
  }
  return counts
}

async function open(connection: ImapConnection, path: string): Promise<number[]> {
  await connection.openFolder(path)
  return await connection.searchUids({ fromUid: 1 })
}
