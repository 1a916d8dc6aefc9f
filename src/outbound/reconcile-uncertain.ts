import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { loadImapAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { type ImapConnection, openImap } from '../mailboxes/imap-connection.ts'
import { listUncertain, listUntold, markFiledByServer, type UncertainMail } from './after-sending.queries.ts'
import { askAboutUncertain, settleUncertain, type UncertainDecision } from './decide-uncertain.ts'
import { findSentFolder, isInSentFolder } from './sent-folder.ts'

/** What is used to look for evidence. */
export type ReconcileContext = {
  db: Db
  bells: Bells
  keys: KeyRing
  log: Log
  trust: Trust
  practice: () => PracticeServers | null
  /** How long a mail must be missing from a readable Sent folder before it is sent again. */
  missingForMs: number
  /** How long a mail that only a person decides waits for a proof before they are asked. */
  askAfterMs?: number
}

/** A server that files sent mail by itself has mostly done so by then, and a bounce or an answer may have come. */
const usualAskAfterMs = 2 * 60_000

/** A server that files sent mail by itself does so within seconds; this leaves room for a slow one. */
export const missingForMs = 15 * 60_000

/**
 * Decides uncertain mail where there is evidence. Found in Sent is accepted, whoever files sent mail there, as we
 * copy nothing before it is accepted. Missing tells only in mailboxes whose server files sent mail by itself:
 * after 15 minutes it is sent again, marked. Elsewhere the mailbox's rule holds: an agent is asked, or the
 * same bytes go once more, where we put copies into Sent after that folder was read. Nothing repeats twice by itself, and what
 * is not decided for half an hour is asked about too.
 *
 * @returns how many were decided
 */
export async function reconcileUncertain(context: ReconcileContext): Promise<number> {
  let decided = 0
  const byMailbox = Map.groupBy(await listUncertain(context.db), mail => mail.mailboxId)
  for (const [mailboxId, mails] of byMailbox) {
    for (const [mail, decision] of await findDecisions(context, mailboxId, mails)) {
      if (!(await settleUncertain(context.db, mail.messageId, decision))) continue
      decided++
      context.log.warn({ messageId: mail.messageId, mailboxId, decision }, 'uncertain mail decided')
    }
  }
  if (decided > 0) for (const bell of ['outbox', 'live'] as const) context.bells.ring(bell)
  if ((await askPeople(context)) > 0) context.bells.ring('live')
  return decided
}

/** Asks about what nothing decided. @returns about how many */
async function askPeople({ db, askAfterMs = usualAskAfterMs }: ReconcileContext): Promise<number> {
  let asked = 0
  for (const mail of await listUntold(db)) {
    if (isForPerson(mail, askAfterMs) && (await askAboutUncertain(db, mail.messageId))) asked++
  }
  return asked
}

/** Whether nothing will decide it by itself, or has not for long: somebody is asked, once. */
function isForPerson(mail: UncertainMail, graceMs: number): boolean {
  const isDecidedLater = isRepeatedByRule(mail) || (mail.sentCopy === 'by_server' && mail.repeats === 0)
  return mail.uncertainMs >= (isDecidedLater ? askedForMs : graceMs)
}

type Decisions = [UncertainMail, UncertainDecision][]

async function findDecisions(
  context: ReconcileContext,
  mailboxId: number,
  mails: readonly UncertainMail[],
): Promise<Decisions> {
  const asked = mails.filter(isAsked)
  const looks =
    asked.length > 0 ? await lookIntoSent(context, mailboxId, asked) : new Map<UncertainMail, Look>()
  return mails.flatMap(mail => {
    const decision = decide(mail, looks.get(mail) ?? 'unread', context.missingForMs)
    return decision === undefined ? [] : [[mail, decision] as Decisions[number]]
  })
}

/** What a look into Sent showed; `no-folder`: the server has none, so that there is nothing to ask. */
type Look = 'there' | 'not-there' | 'no-folder' | 'unread'

// Where we copy sent mail ourselves, a server that files it all the same has done so by then.
const askedForMs = 30 * 60_000

function isAsked(mail: UncertainMail): boolean {
  if (mail.isHandedIn) return false
  const mayRepeat = isRepeatedByRule(mail) && mail.sentCopy === 'append'
  return mail.sentCopy === 'by_server' || mayRepeat || mail.uncertainMs < askedForMs
}

function decide(mail: UncertainMail, look: Look, missingForMs: number): UncertainDecision | undefined {
  if (look === 'there') return 'was-sent'
  if (mail.sentCopy === 'by_server') {
    return look === 'not-there' && isMissing(mail, missingForMs) ? 'send-again' : undefined
  }
  // Where nobody keeps copies there may be no folder at all, and the mailbox's rule is all there is.
  const isReadIfAny = look !== 'unread' || mail.sentCopy === 'none'
  return isReadIfAny && isRepeatedByRule(mail) ? 'send-again' : undefined
}

function isRepeatedByRule({ rule, repeats }: UncertainMail): boolean {
  return rule === 'repeat_once' && repeats === 0
}

/** A folder that cannot be read shows nothing: its mails are not in the answer, and wait until it can. */
async function lookIntoSent(
  context: ReconcileContext,
  mailboxId: number,
  mails: readonly UncertainMail[],
): Promise<Map<UncertainMail, Look>> {
  const { db, keys, log, trust } = context
  let imap: ImapConnection | undefined
  const looks = new Map<UncertainMail, Look>()
  try {
    const account = await loadImapAccount({ db, keys, practice: context.practice() }, mailboxId)
    imap = await openImap(account, { log, trust })
    if ((await findSentFolder(imap)) === undefined) return new Map(mails.map(mail => [mail, 'no-folder']))
    for (const mail of mails) {
      const isThere = await isInSentFolder(imap, mail)
      if (isThere) await markFiledByServer(db, mail.messageId)
      looks.set(mail, isThere ? 'there' : 'not-there')
    }
  } catch (error) {
    log.warn({ mailboxId, err: describeError(error) }, 'Sent folder not readable, uncertain mail waits')
  } finally {
    imap?.close()
  }
  return looks
}

function isMissing({ repeats, uncertainMs }: UncertainMail, missingForMs: number): boolean {
  return repeats === 0 && uncertainMs >= missingForMs
}
