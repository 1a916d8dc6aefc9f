import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { getReplyDefaults } from '../tickets/reply-defaults.ts'
import { type AnsweredMail, findAnsweredMail } from './outgoing.queries.ts'
import { type ChosenRecipients, decideRecipients, type Recipients } from './reply-recipients.ts'
import { findForwardedMail, findSideThread, type SideThread } from './side-threads.queries.ts'

/** What an order answers, or forwards to a third party. */
export type AimOrder = ChosenRecipients & {
  /** The message that is answered; without it the newest of somebody who belongs to the ticket. */
  answeredMessageId?: number | null | undefined
  /** The message that is forwarded; it begins a side thread with those it goes to. */
  forwardedMessageId?: number | undefined
  /** The forward that did not arrive and is sent anew by this one. */
  insteadOfMessageId?: number | undefined
  sendAt?: Date | undefined
}

/** Whom a mail reaches, by what it says, and in which circle. */
export type Aim = {
  template: 'reply' | 'forward'
  answered: AnsweredMail | undefined
  recipients: Recipients
  /** null: the exchange with the customer; `new`: this mail begins a side thread. */
  sideThread: SideThread | 'new' | null
}

/**
 * Decides whom a mail goes to and what it may quote: an answer to a message of a side thread stays in it, and everything
 * else, but a forward, is for the customer (docs/decisions/0021). What is written aside leaves at once, since a mail that
 * waits would come back as a draft for the customer.
 *
 * @throws NotFound for a message that is not the ticket's or cannot be answered; AppError as decideRecipients, and
 *   `bad-send-time`
 */
export async function aimReply(db: Db, ticketId: number, order: AimOrder): Promise<Aim> {
  const { forwardedMessageId, answeredMessageId } = order
  if (forwardedMessageId !== undefined) {
    const forwarded = await findForwardedMail(db, ticketId, forwardedMessageId)
    if (forwarded === undefined) throw new NotFound('message')
    refuseLater(order)
    const recipients = decideRecipients(order, { to: [], cc: [], replyTo: [] })
    return { template: 'forward', answered: forwarded, recipients, sideThread: 'new' }
  }
  const chosenId = answeredMessageId ?? null
  const recipients = decideRecipients(order, await getReplyDefaults(db, ticketId, chosenId))
  const answered = await findAnsweredMail(db, ticketId, chosenId)
  const sideThread = chosenId === null ? null : await findSideThread(db, chosenId)
  if (sideThread !== null) refuseLater(order)
  return { template: 'reply', answered, recipients, sideThread }
}

function refuseLater({ sendAt }: AimOrder): void {
  if (sendAt !== undefined)
    throw new AppError('bad-send-time', 'what is written to a third party leaves at once')
}
