import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { OutboxState } from '../shared/vocabulary.ts'
import type { RecipientChange, ReportedMessage } from './report-rule.ts'
import type { AuthorPlace } from './return-to-author.ts'

/** A message we sent, with its recipients and its ticket as it is now. */
export type SentMessage = ReportedMessage & AuthorPlace & { id: number }

/** Locks the sending of messages, in ascending id; those that were never sent by us are missing. */
export async function selectSentMessages(tx: Tx, messageIds: readonly number[]): Promise<SentMessage[]> {
  const messages = await tx
    .selectFrom('message')
    .innerJoin('ticket', 'ticket.id', 'message.ticket_id')
    .innerJoin('outbox', 'outbox.message_id', 'message.id')
    .select([
      'message.id',
      'message.author_id as authorId',
      'ticket.id as ticketId',
      'ticket.assignee_id as assigneeId',
      'outbox.state as outboxState',
    ])
    .where('message.id', '=', sql<number>`any(${[...messageIds]}::bigint[])`)
    .orderBy('message.id')
    .forUpdate('outbox')
    .execute()
  if (messages.length === 0) return []
  const recipients = await tx
    .selectFrom('outbox_recipient')
    .select(['message_id', 'address', 'state'])
    .where('message_id', '=', sql<number>`any(${messages.map(({ id }) => id)}::bigint[])`)
    .execute()
  const byMessage = Map.groupBy(recipients, row => row.message_id)
  return messages.map(message => ({
    ...message,
    outboxState: message.outboxState as OutboxState,
    recipients: (byMessage.get(message.id) ?? []).map(({ address, state }) => ({ address, state })),
  }))
}

/**
 * Writes what reports say of recipients; a delivery clears what a delay before it said.
 *
 * @param changes in the order of the reports: of several of one recipient the last stands
 */
export async function updateReported(
  tx: Tx,
  changes: readonly (RecipientChange & { messageId: number })[],
): Promise<void> {
  if (changes.length === 0) return
  const last = new Map(changes.map(change => [`${change.messageId} ${change.address}`, change]))
  const rows = [...last.values()].map(({ messageId, address, to, said }) => {
    const isTrouble = to === 'bounced' || to === 'delayed'
    return {
      message_id: messageId,
      address,
      state: to,
      reason: isTrouble ? said.reason : null,
      enhanced: said.status === '' ? null : said.status,
      text: isTrouble && said.diagnostic !== '' ? said.diagnostic : null,
    }
  })
  await sql`
    update outbox_recipient r set state = given.state, reason = given.reason, reply_code = null,
      reply_enhanced = given.enhanced, reply_text = given.text, settled_at = clock_timestamp()
    from json_to_recordset(${storableJson(rows)}::json)
      as given(message_id bigint, address text, state text, reason text, enhanced text, text text)
    where r.message_id = given.message_id and r.address = given.address`.execute(tx)
}
