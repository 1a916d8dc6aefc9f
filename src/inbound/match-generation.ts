import type { MailMarks } from '../mailboxes/imap-facts.ts'
import { type CatchUpContext, catchUpFolder, storeSettled } from './catch-up-folder.ts'
import type { FetchedMail, PlacedFacts, Suspects } from './fetch-mails.ts'
import type { Generation } from './folder-generation.ts'
import { settleByFacts, toKnown } from './known-mails.ts'
import { selectAlike, selectMatches } from './match-generation.queries.ts'
import type { SyncFolder } from './open-folder.ts'
import { scanMessageId } from './store-mails.ts'

/** A mail of the new numbering that is known by no id of the server's, as it is looked for among the old ones. */
type Marked = PlacedFacts & { internetMessageId: string }

/** How far the matching of a folder has come that was numbered anew; lives as long as its connection. */
export type Matching = {
  generation: Generation
  /** The mails that may be known: an old one looks like them. */
  seen: Map<number, Marked>
  /** Once all are seen: those still to be looked for. */
  left: Marked[] | null
}

type MatchContext = CatchUpContext & {
  matchings: Map<string, Matching>
  suspectsOf: (path: string) => Suspects
}

const marksAtOnce = 500
const matchedAtOnce = 2_000

/**
 * Takes one step of telling which mails of a new numbering the folder had under the old one, without their bytes
 * (docs/decisions/0043): by the server's id, else by INTERNALDATE, RFC822.SIZE and Message-ID together, where no other mail has
 * the same on either side, so that each is used once. About 250 bytes a mail. What looks like none of the old ones is
 * fetched at once, newest first; what cannot be told apart is fetched at the end, and the mail key knows it.
 *
 * @param missing all that the ledger lacks of the new numbering, ascending
 * @returns those of them it lacks still, or undefined where there is nothing (more) to match
 * @throws RemoteFault, LeaseLost
 */
export async function matchSome(
  context: MatchContext,
  { folder, path }: { folder: SyncFolder; path: string },
  missing: readonly number[],
): Promise<number[] | undefined> {
  if (!folder.isRenumbered) return undefined
  const matching = matchingOf(context.matchings, path, folder.generation)
  const old = missing.filter(uid => uid < folder.oldBelowUid)
  const unseen = old.filter(uid => !matching.seen.has(uid))
  if (matching.left === null && unseen.length > 0) {
    const looked = unseen.slice(-marksAtOnce)
    const entered = await lookAt(context, folder, matching, looked)
    const unlike = looked.filter(uid => !matching.seen.has(uid) && !entered.includes(uid))
    await catchUpFolder(context, folder, unlike, context.suspectsOf(path))
    return without(missing, [...entered, ...unlike])
  }
  matching.left ??= uniqueOf(old.flatMap(uid => matching.seen.get(uid) ?? []))
  if (matching.left.length === 0) return undefined
  const wanted = matching.left.splice(-matchedAtOnce)
  const rows = new Map((await selectMatches(context.db, folder, wanted)).map(row => [row.uid, row]))
  const matched = wanted.flatMap(mail => {
    const row = rows.get(mail.uid)
    return row === undefined ? [] : [toKnown(mail, row, folder)]
  })
  return without(missing, await enter(context, folder, matched))
}

function matchingOf(matchings: Map<string, Matching>, path: string, generation: Generation): Matching {
  const begun = matchings.get(path)
  if (begun?.generation === generation) return begun
  const matching: Matching = { generation, seen: new Map(), left: null }
  matchings.set(path, matching)
  return matching
}

/** Asks for the marks of some mails. @returns those that the server's id told at once */
async function lookAt(
  context: CatchUpContext,
  folder: SyncFolder,
  { seen }: Matching,
  uids: readonly number[],
): Promise<number[]> {
  const { connection, db } = context
  const facts = connection.hasIds ? await connection.fetchFacts(uids) : await connection.fetchMarks(uids)
  const { settled, unknown } = await settleByFacts(db, folder, facts)
  const byUid = new Map(unknown.map(mail => [mail.uid, mail]))
  const marks = connection.hasIds ? await connection.fetchMarks([...byUid.keys()]) : (facts as MailMarks[])
  const marked = marks.flatMap(({ uid, messageIdField }): Marked[] => {
    const mail = byUid.get(uid)
    const internetMessageId = scanMessageId(messageIdField)
    return mail === undefined || internetMessageId === null ? [] : [{ ...mail, internetMessageId }]
  })
  const alike = new Set(await selectAlike(db, folder, marked))
  for (const mail of marked) if (alike.has(mail.uid)) seen.set(mail.uid, mail)
  return await enter(context, folder, settled)
}

async function enter(
  context: CatchUpContext,
  folder: SyncFolder,
  mails: readonly FetchedMail[],
): Promise<number[]> {
  if (mails.length > 0) await storeSettled(context, folder, mails)
  return mails.map(({ uid }) => uid)
}

/** The mails that no other is like. */
function uniqueOf(mails: readonly Marked[]): Marked[] {
  const likes = Map.groupBy(mails, mail =>
    [mail.receivedAt.getTime(), mail.sizeBytes, mail.internetMessageId].join(' '),
  )
  return [...likes.values()].flatMap(([mail, ...others]) => (mail && others.length === 0 ? [mail] : []))
}

function without(uids: readonly number[], entered: readonly number[]): number[] {
  const done = new Set(entered)
  return uids.filter(uid => !done.has(uid))
}
