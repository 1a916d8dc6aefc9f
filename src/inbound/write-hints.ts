import type { Tx } from '../db/database.ts'
import { isNewTopic, numbersIn } from '../mail/base-subject.ts'
import type { MailKind } from '../shared/vocabulary.ts'
import { type BridgingMail, settleBridges } from './settle-bridges.ts'
import { type Hint, insertHints, selectNumbered, selectSubjects } from './write-hints.queries.ts'

/** A mail in its place, of a kind that a person or a list writes. */
export type HintedMail = BridgingMail & { kind: MailKind; ticketId: number }

/**
 * Settles mails that belong to two tickets, and writes down what else may be misplaced, for an agent to
 * decide: a subject that names another ticket's number, which never threads by itself, and an
 * answer under a new subject. The second is compared with what it answers, so that a topic that
 * was left in its ticket is not asked about again.
 */
export async function writeHints(
  tx: Tx,
  batch: { mailboxId: number; mails: readonly HintedMail[] },
): Promise<void> {
  const mails = batch.mails.filter(({ kind }) => kind === 'person' || kind === 'list')
  const bridges = await settleBridges(tx, mails)
  const changed = await findNewTopics(tx, mails)
  const asking = mails.filter(one => one.placement.isFirst || changed.includes(one))
  const hints = [
    ...bridges,
    ...changed.map(({ messageId }): Hint => ({ messageId, kind: 'subject', otherTicketId: null })),
    ...(await findNumbered(tx, batch.mailboxId, asking)),
  ]
  if (hints.length > 0) await insertHints(tx, hints)
}

async function findNewTopics(tx: Tx, mails: readonly HintedMail[]): Promise<HintedMail[]> {
  const answers = mails.filter(
    ({ placement, kind }) => !placement.isFirst && placement.placedBy !== 'storm' && kind === 'person',
  )
  if (answers.length === 0) return []
  const subjects = await selectSubjects(tx, {
    messageIds: answers.flatMap(({ placement }) => placement.evidenceId ?? []),
    ticketIds: answers.map(({ ticketId }) => ticketId),
  })
  return answers.filter(({ mail, placement, ticketId }) => {
    const ofTicket = subjects.tickets.get(ticketId) ?? ''
    const ofEvidence = subjects.messages.get(placement.evidenceId ?? 0) ?? ofTicket
    return isNewTopic(mail.subject, [ofTicket, ofEvidence])
  })
}

async function findNumbered(tx: Tx, mailboxId: number, mails: readonly HintedMail[]): Promise<Hint[]> {
  const named = mails.flatMap(one => numbersIn(one.mail.subject).map(number => ({ ...one, number })))
  if (named.length === 0) return []
  const known = await selectNumbered(tx, mailboxId, [...new Set(named.map(({ number }) => number))])
  return named.flatMap(({ messageId, ticketId, number }): Hint[] => {
    const otherTicketId = known.get(number)
    if (otherTicketId === undefined || otherTicketId === ticketId) return []
    return [{ messageId, kind: 'number', otherTicketId }]
  })
}
