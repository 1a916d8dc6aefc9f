import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { OutboxState } from '../shared/vocabulary.ts'
import type { RecipientChange, ReportedMessage } from './report-rule.ts'
import type { AuthorPlace } from './return-to-author.ts'

/** A message we sent, with its recipients and its ticket as it is now. */
export type SentMessage = ReportedMessage & AuthorPlace & { id: number }

/** Locks the sending of one message; undefined where it was never sent by us. */
export async function findSentMessage(tx: Tx, messageId: number): Promise<SentMessage | undefined> {
  const message = await tx
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
    .where('message.id', '=', messageId)
    .forUpdate('outbox')
    .executeTakeFirst()
  if (message === undefined) return undefined
  const recipients = await tx
    .selectFrom('outbox_recipient')
    .select(['address', 'state'])
    .where('message_id', '=', messageId)
    .execute()
  return { ...message, outboxState: message.outboxState as OutboxState, recipients }
}

/** Writes what a report says of recipients; a delivery clears what a delay before it said. */
export async function updateReported(
  tx: Tx,
  messageId: number,
  changes: readonly RecipientChange[],
): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map(({ address, to, said }) => {
    const isTrouble = to === 'bounced' || to === 'delayed'
    return {
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
      as given(address text, state text, reason text, enhanced text, text text)
    where r.message_id = ${messageId} and r.address = given.address`.execute(tx)
}
