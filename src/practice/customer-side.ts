import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { parseMail } from '../mail/parse-mail.ts'
import type { Language } from '../shared/vocabulary.ts'
import { type Answered, writeCustomerMail } from './customer-mail.ts'
import { deliverPracticeMail } from './deliver-practice-mail.ts'
import { findPracticeFolder, listPracticeEntries, listPracticeMails } from './practice.queries.ts'
import type { PracticeNeeds } from './practice-mailbox.ts'
import { PRACTICE_MAILBOXES, PRACTICE_PEOPLE, type PracticePerson } from './practice-people.ts'

/** One mail as a practice customer sees it; `at` is ISO, UTC. */
export type PracticeMail = {
  uid: number
  customer: string
  direction: 'to-customer' | 'from-customer'
  from: string
  to: string
  subject: string
  text: string
  at: string
}

/** One practice customer with all they sent and received, oldest first. */
export type PracticeCustomer = { address: string; name: string; language: Language; mails: PracticeMail[] }

/** What every practice customer sent and received, oldest first: the view of their own mail program. */
export async function listPracticeCustomers(db: Db): Promise<PracticeCustomer[]> {
  const customers: PracticeCustomer[] = []
  for (const person of PRACTICE_PEOPLE) {
    const received = await readFolder(db, person, { path: 'INBOX', direction: 'to-customer' })
    const sent = await readFolder(db, person, { path: 'Sent', direction: 'from-customer' })
    const mails = [...received, ...sent].sort((a, b) => a.at.localeCompare(b.at))
    customers.push({ address: person.address, name: person.name, language: person.language, mails })
  }
  return customers
}

/**
 * Writes as one of the practice customers: an answer to a mail they received (`answerToUid`, with its
 * text quoted the way mail programs do), or a new mail to one of the practice mailboxes.
 *
 * @throws NotFound when the customer or the mail to be answered is unknown
 */
export async function writeAsCustomer(
  { db, bells, clock }: PracticeNeeds,
  mail: {
    customer: string
    answerToUid: number | null
    to?: string | undefined
    subject?: string | undefined
    text: string
  },
): Promise<void> {
  const person = PRACTICE_PEOPLE.find(candidate => candidate.address === mail.customer)
  if (!person) throw new NotFound('practice customer')
  const answered = mail.answerToUid === null ? null : await readAnswered(db, person, mail.answerToUid)
  const to = answered?.from ?? mail.to ?? PRACTICE_MAILBOXES[0].address
  const subject = answered ? asReply(answered.subject) : (mail.subject ?? '')
  const raw = await writeCustomerMail(person, {
    to,
    subject,
    text: mail.text,
    at: clock.now(),
    answers: answered,
  })
  await deliverPracticeMail({ db, bells }, [to], raw, { keepIn: person.address })
}

async function readFolder(
  db: Db,
  person: PracticePerson,
  side: { path: string; direction: PracticeMail['direction'] },
): Promise<PracticeMail[]> {
  const folder = await findPracticeFolder(db, person.address, side.path)
  if (!folder) return []
  const entries = await listPracticeEntries(db, folder.id, 0)
  const rows = await listPracticeMails(
    db,
    folder.id,
    entries.map(entry => entry.uid),
  )
  return await Promise.all(
    rows.map(async row => {
      const mail = await parseMail(row.raw)
      return {
        uid: row.uid,
        customer: person.address,
        direction: side.direction,
        from: mail.from?.address ?? '',
        to: mail.to.map(recipient => recipient.address).join(', '),
        subject: mail.subject,
        text: mail.text,
        at: mail.sentAt ?? row.receivedAt.toISOString(),
      }
    }),
  )
}

async function readAnswered(
  db: Db,
  person: PracticePerson,
  uid: number,
): Promise<Answered & { from: string }> {
  const folder = await findPracticeFolder(db, person.address, 'INBOX')
  const row = folder ? (await listPracticeMails(db, folder.id, [uid]))[0] : undefined
  if (!row) throw new NotFound('practice mail', { uid })
  const mail = await parseMail(row.raw)
  const writer = mail.from?.name ?? mail.from?.address ?? ''
  const at = mail.sentAt ? new Date(mail.sentAt) : row.receivedAt
  return {
    from: (mail.replyTo[0] ?? mail.from)?.address ?? PRACTICE_MAILBOXES[0].address,
    internetMessageId: mail.internetMessageId ?? '',
    references: mail.references,
    subject: mail.subject,
    introduction: introductions[person.language](writer, at),
    quote: mail.visibleText,
  }
}

/** How mail programs introduce a quote in each language. */
const introductions: Record<Language, (writer: string, at: Date) => string> = {
  en: (writer, at) =>
    `On ${at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}, ${writer} wrote:`,
  bg: (writer, at) =>
    `На ${at.toLocaleString('bg', { dateStyle: 'medium', timeStyle: 'short' })} ${writer} написа:`,
  ru: (writer, at) =>
    `${at.toLocaleString('ru', { dateStyle: 'medium', timeStyle: 'short' })}, ${writer} пишет:`,
  pl: (writer, at) =>
    `W dniu ${at.toLocaleString('pl', { dateStyle: 'medium', timeStyle: 'short' })} ${writer} pisze:`,
}

function asReply(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`
}
