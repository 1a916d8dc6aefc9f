import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { loadAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { type ImapConnection, openImap } from '../mailboxes/imap-connection.ts'
import { listUncertain, markFiledByServer, type UncertainMail } from './after-sending.queries.ts'
import { settleUncertain, type UncertainDecision } from './decide-uncertain.ts'
import { isInSentFolder } from './sent-folder.ts'

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
}

/** A server that files sent mail by itself has done so by then; 15 min by mail-core.md 4. */
export const missingForMs = 15 * 60_000

/**
 * Decides uncertain mail where there is evidence. Found in Sent is accepted, whoever files sent mail there, as we
 * copy nothing before it is accepted. Missing tells only in mailboxes whose server files sent mail by itself:
 * after 15 minutes it is sent again, marked. Elsewhere the mailbox's rule holds: an agent is asked, or the
 * same bytes go once more. Nothing repeats twice by itself.
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
  if (decided > 0) {
    context.bells.ring('outbox')
    context.bells.ring('live')
  }
  return decided
}

type Decisions = [UncertainMail, UncertainDecision][]

async function findDecisions(
  context: ReconcileContext,
  mailboxId: number,
  mails: readonly UncertainMail[],
): Promise<Decisions> {
  const [first] = mails
  const isFiledByServer = first?.sentCopy === 'by_server'
  const asked = mails.filter(mail => isFiledByServer || mail.uncertainMs < askedForMs)
  const decisions = asked.length > 0 ? await askSentFolder(context, mailboxId, asked) : []
  if (isFiledByServer) return decisions
  const found = new Set(decisions.map(([mail]) => mail.messageId))
  const isRepeated = (mail: UncertainMail) => mail.rule === 'repeat_once' && mail.repeats === 0
  const repeated = mails.filter(mail => isRepeated(mail) && !found.has(mail.messageId))
  return [...decisions, ...repeated.map(mail => [mail, 'send-again'] as Decisions[number])]
}

// Where we copy sent mail ourselves, a server that files it all the same has done so by then.
const askedForMs = 30 * 60_000

/** A folder that cannot be read decides nothing: the mails stay as they are until it can. */
async function askSentFolder(
  context: ReconcileContext,
  mailboxId: number,
  mails: readonly UncertainMail[],
): Promise<Decisions> {
  const { db, keys, log, trust } = context
  let imap: ImapConnection | undefined
  const decisions: Decisions = []
  try {
    const account = await loadAccount({ db, keys, practice: context.practice() }, mailboxId)
    imap = await openImap(account, { log, trust })
    for (const mail of mails) {
      const isThere = await isInSentFolder(imap, mail)
      if (isThere) await markFiledByServer(db, mail.messageId)
      if (isThere) decisions.push([mail, 'was-sent'])
      else if (isMissing(mail, context.missingForMs)) decisions.push([mail, 'send-again'])
    }
  } catch (error) {
    log.warn({ mailboxId, err: describeError(error) }, 'Sent folder not readable, uncertain mail waits')
  } finally {
    imap?.close()
  }
  return decisions
}

function isMissing({ sentCopy, repeats, uncertainMs }: UncertainMail, missingForMs: number): boolean {
  return sentCopy === 'by_server' && repeats === 0 && uncertainMs >= missingForMs
}
