import type { BlobStore } from '../blobs/blob-store.ts'
import { type Db, inTransaction } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { describeError, NotFound, RemoteFault } from '../lib/app-error.ts'
import { scanLetterdeskRef } from '../mail/letterdesk-ref.ts'
import { loadAccount, type MailAccount } from '../mailboxes/account.ts'
import { type ImapConnection, openImap } from '../mailboxes/imap-connection.ts'
import {
  type RoundTrip,
  type RoundTripNeeds,
  type SentTest,
  sendTestMail,
  watchTestMail,
} from '../mailboxes/round-trip.ts'
import { openSmtp } from '../mailboxes/smtp-connection.ts'
import type { MailAgentContext } from '../outbound/mail-agent.ts'
import { findAdmin, listAdmins } from './alerts.queries.ts'
import {
  type CanaryRow,
  deleteCanary,
  findCanary,
  findIntakeCursor,
  insertCanary,
  listCanaryMailboxes,
  selectHandedIn,
  updateCanaryArrived,
  updateCanaryLost,
  updateCanarySent,
} from './canary.queries.ts'

/** What sending a test mail needs: it may come back as bytes of the ledger. */
export type CanaryContext = MailAgentContext & { blobs: Pick<BlobStore, 'read'> }

const waitMs = 60_000
const mostBytes = 64 * 1024 // ten times what we send, for the headers of servers on its way
const againMs = 10 * 60_000
const lookEveryMs = 500

/** Lets a mailbox send itself a small mail each hour, or no more. @throws NotFound, also for a practice mailbox */
export async function setCanary(db: Db, mailboxId: number, { isOn }: { isOn: boolean }): Promise<void> {
  if (!isOn) return await deleteCanary(db, mailboxId)
  if (!(await insertCanary(db, mailboxId))) throw new NotFound('mailbox', { mailboxId })
  await inTransaction(db, tx => enqueueJobs(tx, [canaryJob(mailboxId)]))
}

/** Queues the hourly mail of every mailbox that sends itself one. */
export async function sendCanaries(db: Db): Promise<void> {
  const mailboxIds = await listCanaryMailboxes(db)
  if (mailboxIds.length > 0)
    await inTransaction(db, tx =>
      enqueueJobs(
        tx,
        mailboxIds.map(id => canaryJob(id)),
      ),
    )
}

function canaryJob(mailboxId: number, runAt?: Date) {
  const key = `send_canary_${mailboxId}`
  return { name: 'send_canary' as const, payload: { mailboxId }, key, ...(runAt && { runAt }) }
}

/**
 * Sends the mailbox a mail from itself, sees it come back and removes it: it never becomes a ticket, and no other mail is
 * touched. One that is late is looked for by the next, which comes after ten minutes then. What the servers refuse is
 * told by the mailbox's own troubles: the mail counts as lost only where they took it.
 *
 * @param timing.waitMs shorter in tests
 */
export async function sendCanary(
  context: CanaryContext,
  { mailboxId }: { mailboxId: number },
  timing: { waitMs: number } = { waitMs },
): Promise<void> {
  const { db, keys, log, clock, trust } = context
  const last = await findCanary(db, mailboxId)
  if (last === undefined) return
  const signal = new AbortController().signal
  const needs = { keys, clock, signal, waitMs: timing.waitMs, words: await wordsOf(context) }
  try {
    const account = await loadAccount({ db, keys, practice: null }, mailboxId)
    const { imap } = account
    if (imap === null) return await goRound(context, account, needs, await watchIntake(context, account))
    const connection = await openImap({ ...account, imap }, { log, trust })
    try {
      await removeLate(connection, last, needs)
      await goRound(context, account, needs, sent => watchTestMail(connection, sent, needs))
    } finally {
      connection.close()
    }
  } catch (fault) {
    if (!(fault instanceof RemoteFault)) throw fault
    log.info({ mailboxId, err: describeError(fault) }, 'no test mail now: the servers say why')
  }
}

async function wordsOf({ db, templates }: MailAgentContext): Promise<RoundTripNeeds['words']> {
  const [agentId = 0] = await listAdmins(db)
  const language = (await findAdmin(db, agentId))?.language ?? 'en'
  const render = (part: 'subject' | 'text') => templates.render('canary', part, language, {})
  return { subject: render('subject'), text: render('text') }
}

/** The last one, where it came after nobody waited for it any more. */
async function removeLate(
  connection: ImapConnection,
  { mark, arrivedAt }: CanaryRow,
  needs: RoundTripNeeds,
): Promise<void> {
  if (mark === null || arrivedAt !== null) return
  const late = { mark, internetMessageId: '', date: new Date(0) }
  await watchTestMail(connection, late, { ...needs, waitMs: 0 })
}

type Watch = (sent: SentTest, needs: RoundTripNeeds) => Promise<Pick<RoundTrip, 'arrivedIn'>>

/**
 * By way of the own mail server: what is handed in from now on and bears the mark, be it in its field or in its
 * Message-ID, as a server may change either. It is in the ledger as ours.
 */
async function watchIntake({ db, blobs, clock }: CanaryContext, { mailboxId }: MailAccount): Promise<Watch> {
  let aboveUid = await findIntakeCursor(db, mailboxId)
  return async ({ mark }, { waitMs: mostMs, signal }) => {
    const untilMs = clock.monotonicMs() + mostMs
    for (;;) {
      for (const { uid, rawBlobId } of await selectHandedIn(db, mailboxId, { aboveUid, mostBytes })) {
        if (scanLetterdeskRef(await blobs.read(rawBlobId)) === mark) return { arrivedIn: 'inbox' }
        aboveUid = uid
      }
      if (clock.monotonicMs() >= untilMs) return {}
      await clock.pause(lookEveryMs, signal)
    }
  }
}

async function goRound(
  { db, log, clock, trust }: MailAgentContext,
  account: MailAccount,
  needs: RoundTripNeeds,
  watch: Watch,
): Promise<void> {
  const { mailboxId } = account
  const beganMs = clock.monotonicMs()
  const smtp = await openSmtp(account, trust)
  const sent = await sendTestMail({ account, smtp }, needs).finally(smtp.close)
  await updateCanarySent(db, mailboxId, sent.mark)
  const { arrivedIn } = await watch(sent, needs)
  if (arrivedIn !== undefined) {
    const roundTripMs = Math.round(clock.monotonicMs() - beganMs)
    await updateCanaryArrived(db, mailboxId, { arrivedIn, roundTripMs })
    return log.info({ mailboxId, arrivedIn, roundTripMs }, 'test mail came back')
  }
  const lostCount = await updateCanaryLost(db, mailboxId)
  log.warn({ mailboxId, lostCount }, 'test mail did not come back')
  const runAt = new Date(clock.now().getTime() + againMs)
  if (lostCount === 1) await inTransaction(db, tx => enqueueJobs(tx, [canaryJob(mailboxId, runAt)]))
}
