import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** The keys of a ticket before it is there: what goes out with its number and its token needs them. */
export type TicketKeys = { id: number; number: number; replyKey: string }

/** Draws them; keys that are never used leave a gap, which numbers may have. */
export async function drawTicketKeys(db: Db): Promise<TicketKeys> {
  const { rows } = await sql<TicketKeys>`
    select nextval(pg_get_serial_sequence('ticket', 'id')) as id, nextval('ticket_number') as number,
      gen_random_uuid() as "replyKey"`.execute(db)
  const [keys] = rows
  if (keys === undefined) throw new RangeError('the database drew no keys')
  return keys
}

/** A ticket as an agent begins it. */
export type BegunTicket = TicketKeys & {
  mailboxId: number
  customerId: number | null
  assigneeId: number
  subject: string
  /** Of one without mail; a mail brings its own. */
  snippet: string
  state: TicketState
  /** Its customer waits from now on. */
  isAwaited: boolean
}

/** Adds it under keys drawn before; it was last written in now, and is closed now where it begins so. */
export async function insertBegunTicket(tx: Tx, row: BegunTicket): Promise<void> {
  await sql`
    insert into ticket (id, number, reply_key, mailbox_id, customer_id, assignee_id, subject, snippet, state,
      last_message_at, waiting_since, closed_at) overriding system value
    select ${row.id}, ${row.number}, ${row.replyKey}, ${row.mailboxId}, ${row.customerId}::bigint, ${row.assigneeId},
      ${row.subject}, ${row.snippet}, ${row.state}, now, case when ${row.isAwaited} then now end,
      case when ${row.state} = 'closed' then now end
    from (select date_trunc('milliseconds', clock_timestamp()) as now) clock`.execute(tx)
}

/** Makes somebody the customer of a ticket that has no mail: no message brings them, and none takes them away again. */
export async function insertNamedParticipant(
  tx: Tx,
  { ticketId, address, name }: { ticketId: number; address: string; name: string | null },
): Promise<void> {
  await sql`insert into participant (ticket_id, address, kind, name)
    values (${ticketId}, ${address}, 'customer', ${name})`.execute(tx)
}

/** The connected mailboxes' addresses and aliases. */
export async function selectConnectedAddresses(db: Db): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select unnest(array_append(aliases, address)) as address from mailbox where removed_at is null`.execute(
    db,
  )
  return rows.map(row => row.address)
}

/** The message that began a ticket, if it is all that the ticket holds. */
export async function isAllOfItsTicket(tx: Tx, messageId: number): Promise<boolean> {
  const { rows } = await sql<{ isAll: boolean }>`
    select m.placed_by = 'agent-opened' and not exists (
        select from message o where o.ticket_id = m.ticket_id and o.id <> m.id)
      and not exists (select from note n where n.ticket_id = m.ticket_id) as "isAll"
    from message m where m.id = ${messageId}`.execute(tx)
  return rows[0]?.isAll === true
}

/** What is kept of a ticket that is not begun yet; its shape is the contract's (shared/new-tickets.ts). */
export type NewTicketWords = {
  text: string
  html?: string | null
  to: string[]
  cc: string[]
  bcc: string[]
  uploadIds: string[]
  head: unknown
}

/** An agent's draft of a new ticket as kept, with the files that are still there. */
export type NewTicketDraftRow<W = NewTicketWords> = {
  content: W
  revision: number
  savedAt: Date
  uploads: { id: string; filename: string; contentType: string; sizeBytes: number }[]
}

/** The draft of one agent. */
export async function selectNewTicketDraft<W>(
  db: Db,
  agentId: number,
): Promise<NewTicketDraftRow<W> | undefined> {
  const { rows } = await sql<NewTicketDraftRow<W>>`
    select d.content, d.revision, d.saved_at as "savedAt", coalesce((
      select json_agg(json_build_object('id', u.id, 'filename', u.filename,
        'contentType', u.content_type, 'sizeBytes', u.size_bytes) order by file.n)
      from jsonb_array_elements_text(d.content -> 'uploadIds') with ordinality as file (id, n)
        join upload u on u.id = file.id::uuid and u.agent_id = d.agent_id), '[]') as uploads
    from new_ticket_draft d where d.agent_id = ${agentId}`.execute(db)
  return rows[0]
}

/** Writes a draft that continues `revision`, or a first one. No row where another device has saved since. */
export async function upsertNewTicketDraft(
  db: Db,
  { agentId, content, revision }: { agentId: number; content: NewTicketWords; revision: number },
): Promise<{ revision: number; savedAt: Date } | undefined> {
  const { rows } = await sql<{ revision: number; savedAt: Date }>`
    insert into new_ticket_draft as d (agent_id, content) values (${agentId}, ${storableJson(content)}::jsonb)
    on conflict (agent_id) do update
      set content = excluded.content, revision = d.revision + 1, saved_at = clock_timestamp()
      where d.revision = ${revision}
    returning d.revision, d.saved_at as "savedAt"`.execute(db)
  return rows[0]
}

/** Forgets it; its files are cleaned away a day after they were uploaded. */
export async function deleteNewTicketDraft(db: Db | Tx, agentId: number): Promise<void> {
  await sql`delete from new_ticket_draft where agent_id = ${agentId}`.execute(db)
}
