import { sql } from 'kysely'
import { type Db, inTransaction } from '../../src/db/database.ts'
import { madeUpMail } from './made-up-mail.ts'

const mailboxes = 20
const chunk = 5_000

/** Puts so many made-up messages of five years into 20 mailboxes, without their words. */
export async function fillDesk(db: Db, messages: number, seed: number): Promise<void> {
  await sql`insert into mailbox (kind, name, address)
    select 'practice', 'Box ' || n, 'box' || n || '@desk.test' from generate_series(1, ${mailboxes}) n`.execute(
    db,
  )
  await sql`insert into agent (email, name, role, state) values ('ada@desk.test', 'Ada', 'owner', 'active')`.execute(
    db,
  )
  await sql`alter table message disable trigger message_added_search`.execute(db) // words are made as of old mail
  for (let first = 0; first < messages; first += chunk) {
    const count = Math.min(chunk, messages - first)
    const mails = Array.from({ length: count }, (_, at) => {
      const n = first + at
      const { daysAgo, ...mail } = madeUpMail(n, messages, seed)
      const at_ = new Date(Date.now() - daysAgo * 86_400_000 - 60_000).toISOString()
      return {
        ...mail,
        n,
        ticket: Math.floor(n / 5) + 1,
        at: at_,
        mailbox: (Math.floor(n / 5) % mailboxes) + 1,
      }
    })
    await inTransaction(db, async tx => {
      await sql`create temp table filled on commit drop as
        select * from json_to_recordset(${JSON.stringify(mails)}::json) as (n bigint, ticket bigint, mailbox bigint,
          at timestamptz, subject text, text text, language text, "fromName" text, "fromAddress" text)`.execute(
        tx,
      )
      await sql`insert into ticket (id, mailbox_id, subject, state, last_message_at) overriding system value
        select ticket, min(mailbox), min(subject), case when min(n) > ${messages * 0.97} then 'open' else 'closed' end, max(at)
        from filled group by ticket`.execute(tx)
      await sql`insert into message (id, ticket_id, mailbox_id, direction, received_at, kind, from_name, from_address,
          to_addresses, subject, snippet, language, placed_by) overriding system value
        select n + 1, ticket, mailbox, 'inbound', at, 'person', "fromName", "fromAddress",
          jsonb_build_array(jsonb_build_object('name', null, 'address', 'box' || mailbox || '@desk.test')),
          subject, left(text, 200), language, 'no-ancestor' from filled`.execute(tx)
      await sql`insert into message_body (message_id, text, visible_text) select n + 1, text, text from filled`.execute(
        tx,
      )
    })
  }
  await sql`alter table message enable trigger message_added_search`.execute(db)
  await sql`insert into tag (name) values ('vip')`.execute(db)
  await sql`insert into ticket_tag (ticket_id, tag_id) select id, 1 from ticket where id % 47 = 0`.execute(db)
  await sql`analyze ticket, message, message_body, ticket_tag`.execute(db)
}
