import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { writeCustomerMail } from './customer-mail.ts'
import {
  appendPracticeMail,
  deletePracticeRows,
  insertPracticeCustomer,
  insertPracticeFolders,
  insertPracticeMailbox,
  listPracticeMailboxIds,
} from './practice.queries.ts'
import { PRACTICE_MAILBOXES, PRACTICE_PEOPLE } from './practice-people.ts'

/** What the practice mailbox works with. */
export type PracticeNeeds = { db: Db; bells: Bells; clock: Clock }

// The first mails seem to have come in over the last hour, a few minutes apart.
const minutesApart = 11

/**
 * Connects the practice mailboxes support@ and billing@, and lets their customers write: from here on
 * they are fetched, filed and answered like any mailbox.
 *
 * @returns the ids of the mailboxes
 * @throws AppError `practice-exists` when they are connected already
 */
export async function connectPractice({ db, bells, clock }: PracticeNeeds): Promise<number[]> {
  const mails = await firstMails(clock)
  const mailboxIds = await inTransaction(db, async tx => {
    if ((await listPracticeMailboxIds(tx)).length > 0) {
      throw new AppError('practice-exists', 'the practice mailbox is connected already')
    }
    const accounts = [...PRACTICE_MAILBOXES, ...PRACTICE_PEOPLE]
    for (const account of accounts) await insertPracticeFolders(tx, account.address, ['INBOX', 'Sent'])
    for (const person of PRACTICE_PEOPLE) await insertPracticeCustomer(tx, person)
    // Connected before they write: mail from before a mailbox's second counts as old, and is not acknowledged.
    const ids = await insertMailboxes(tx)
    for (const mail of mails.flat()) await appendPracticeMail(tx, mail)
    return ids
  })
  bells.ring('mailboxes')
  return mailboxIds
}

/**
 * Removes the practice mailboxes with their tickets, messages and mail. Nothing of it stays.
 *
 * @throws AppError `no-practice` when none is connected
 */
export async function dropPractice({ db, bells }: PracticeNeeds): Promise<void> {
  await inTransaction(db, async tx => {
    const mailboxIds = await listPracticeMailboxIds(tx)
    if (mailboxIds.length === 0) throw new AppError('no-practice', 'no practice mailbox is connected')
    await deletePracticeRows(
      tx,
      mailboxIds,
      PRACTICE_PEOPLE.map(person => person.address),
    )
  })
  bells.ring('mailboxes')
}

/** Whether the practice mailboxes are connected. */
export async function isPracticeConnected(db: Db): Promise<boolean> {
  return (await listPracticeMailboxIds(db)).length > 0
}

async function insertMailboxes(tx: Tx): Promise<number[]> {
  const ids: number[] = []
  for (const mailbox of PRACTICE_MAILBOXES) ids.push(await insertPracticeMailbox(tx, mailbox))
  return ids
}

async function firstMails(clock: Clock) {
  const newest = clock.now().getTime()
  return await Promise.all(
    PRACTICE_PEOPLE.map(async (person, index) => {
      const minutesAgo = (PRACTICE_PEOPLE.length - index) * minutesApart
      const at = new Date(newest - minutesAgo * 60_000)
      const raw = await writeCustomerMail(person, { ...person, at, answers: null })
      return [
        { address: person.to, path: 'INBOX', raw, flags: [] },
        { address: person.address, path: 'Sent', raw, flags: [] },
      ]
    }),
  )
}
