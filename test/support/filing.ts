import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { BlobStore } from '../../src/blobs/blob-store.ts'
import { type Db, inTransaction } from '../../src/db/database.ts'
import { type Instance, startInstance } from '../../src/db/instances.ts'
import type { KeyRing } from '../../src/db/key-ring.ts'
import { createMailReader, type MailReader } from '../../src/inbound/mail-reader.ts'
import { type FilingParts, type ReceivedBatch, receiveMails } from '../../src/inbound/receive-mail.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { signLetterdeskRef } from '../../src/mail/letterdesk-ref.ts'
import { newMessageId } from '../../src/mail/new-message-id.ts'
import { signReplyToken } from '../../src/mail/reply-token.ts'
import type { LANES } from '../../src/shared/vocabulary.ts'
import { addMessages } from '../../src/tickets/add-messages.ts'
import { startGround } from './ground.ts'
import { newMessage } from './new-message.ts'

/** A stored mail to be: raw bytes and what the ledger says of it. */
export type Arrival = { raw: Buffer; mailboxId?: number; lane?: Lane; role?: 'junk'; receivedAt?: Date }

type Lane = (typeof LANES)[keyof typeof LANES]

/**
 * Everything filing needs, real: database, blob store, keys and a reader in a process of its own. One
 * mailbox, support@desk.test, is connected.
 */
export type FilingDesk = {
  db: Db
  databaseUrl: string
  /** Plain SQL, for what no function of ours does. */
  query: (text: string) => Promise<Record<string, unknown>[]>
  blobs: BlobStore
  keys: KeyRing
  reader: MailReader
  parts: FilingParts
  mailboxId: number
  addMailbox: (mailbox: { address: string; aliases?: string[]; acknowledges?: boolean }) => Promise<number>
  /** Parts of one more worker process, with a heartbeat of its own. */
  addWorker: () => Promise<FilingParts>
  /** Stores mails as the sync side does: bytes in the blob store, a ledger row each. @returns ledger ids */
  store: (arrivals: readonly (Buffer | Arrival)[]) => Promise<number[]>
  /** Answers the newest message of a ticket as sending does: an outbound message under an id with our token. */
  answer: (ticketId: number, answer?: { to?: string; agentId?: number }) => Promise<SentAnswer>
  /** An active agent who may use every mailbox. */
  addAgent: () => Promise<number>
  /** Receives batches until nothing is due. */
  fileAll: (parts?: FilingParts) => Promise<ReceivedBatch[]>
  stop: () => Promise<void>
}

/** An outbound message of a test: `ref` is the value of its X-Letterdesk-Ref. */
export type SentAnswer = { messageId: number; uuid: string; id: string; token: string; ref: string }

/** Starts a desk that can file. @param readers reader processes */
export async function startFilingDesk(options: { readers?: number } = {}): Promise<FilingDesk> {
  const ground = await startGround()
  const { database, db, blobs, keys, log, instanceId } = ground
  const workers: Instance[] = []
  const reader = createMailReader({
    log,
    clock: systemClock,
    blobsRoot: blobs.root,
    processes: options.readers ?? 1,
  })
  const parts: FilingParts = { db, reader, keys, log, instanceId, dns: null, clock: systemClock, owed: [] }
  const mailboxId = await addMailbox(db, { address: 'support@desk.test' })
  const uids = { next: 1 }
  return {
    db,
    databaseUrl: database.url,
    query: async text => (await database.pool.query(text)).rows,
    blobs,
    keys,
    reader,
    parts,
    mailboxId,
    addMailbox: mailbox => addMailbox(db, mailbox),
    addWorker: async () => {
      const worker = await startInstance({ db, log })
      workers.push(worker)
      return { ...parts, instanceId: worker.id, owed: [] }
    },
    store: arrivals => storeMails({ db, blobs, mailboxId, uids }, arrivals),
    answer: (ticketId, answer) => addAnswer({ db, keys }, ticketId, answer ?? {}),
    addAgent: () => addAgent(db),
    fileAll: by => fileAll(by ?? parts),
    stop: async () => {
      await reader.stop()
      for (const worker of workers) await worker.stop()
      await ground.stop()
    },
  }
}

async function addMailbox(
  db: Db,
  mailbox: { address: string; aliases?: string[]; acknowledges?: boolean },
): Promise<number> {
  const added = await db
    .insertInto('mailbox')
    .values({
      kind: 'practice',
      name: mailbox.address,
      address: mailbox.address,
      aliases: mailbox.aliases ?? [],
      acknowledges: mailbox.acknowledges ?? false,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.insertInto('folder').values({ mailbox_id: added.id, path: 'INBOX', role: 'inbox' }).execute()
  return added.id
}

async function addAgent(db: Db): Promise<number> {
  const agent = await db
    .insertInto('agent')
    .values({ email: `${randomUUID()}@desk.test`, name: 'Ada', role: 'admin', state: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return agent.id
}

async function addAnswer(
  desk: { db: Db; keys: KeyRing },
  ticketId: number,
  answer: { to?: string; agentId?: number },
): Promise<SentAnswer> {
  const ticket = await desk.db
    .selectFrom('ticket')
    .select(['mailbox_id', 'reply_key'])
    .where('id', '=', ticketId)
    .executeTakeFirstOrThrow()
  const key = desk.keys.active('tokens')
  const uuid = randomUUID()
  const token = signReplyToken({ replyKey: ticket.reply_key, mailboxId: ticket.mailbox_id, key })
  const id = newMessageId({ random: randomBytes(16), token, domain: 'desk.test' })
  const [messageId = 0] = await inTransaction(desk.db, tx =>
    addMessages(tx, [
      newMessage({
        ticketId,
        mailboxId: ticket.mailbox_id,
        uuid,
        direction: 'outbound',
        from: { name: null, address: 'support@desk.test' },
        to: [{ name: null, address: answer.to ?? 'ann@customer.test' }],
        subject: 'Re: My parcel',
        internetMessageId: id,
        sentAt: new Date(),
        authorId: answer.agentId ?? null,
        placedBy: 'agent-reply',
        readerVersion: 0,
        text: 'It is on its way.',
        refs: [{ id, owned: true }],
      }),
    ]),
  )
  return { messageId, uuid, id, token, ref: signLetterdeskRef({ messageUuid: uuid, key }) }
}

/** Stores mails as the sync side does: bytes in the blob store, a ledger row each. @returns ledger ids */
export async function storeMails(
  desk: { db: Db; blobs: BlobStore; mailboxId: number; uids: { next: number } },
  arrivals: readonly (Buffer | Arrival)[],
): Promise<number[]> {
  const mails = arrivals.map(one => (Buffer.isBuffer(one) ? { raw: one } : one))
  const blobs = await desk.blobs.put(mails.map(mail => mail.raw))
  const rows = mails.map((mail, index) => ({
    mailbox_id: mail.mailboxId ?? desk.mailboxId,
    uid: desk.uids.next++,
    lane: mail.lane ?? 0,
    role: mail.role ?? null,
    received_at: mail.receivedAt ?? new Date(Date.UTC(2026, 10, 2, 9) + desk.uids.next * 1000),
    blob_id: blobs[index]?.id,
    size_bytes: mail.raw.length,
  }))
  const stored = await sql<{ id: number }>`
    insert into mail_instance (mailbox_id, folder_id, uid_validity, uid, received_at, size_bytes, raw_blob_id, lane, role, state)
    select row.mailbox_id, folder.id, 1, uid, received_at, size_bytes, blob_id, lane, row.role, 'stored'
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (
      mailbox_id bigint, uid bigint, lane smallint, role text, received_at timestamptz, blob_id bigint, size_bytes bigint)
    join folder on folder.mailbox_id = row.mailbox_id and folder.path = 'INBOX'
    order by uid returning id`.execute(desk.db)
  return stored.rows.map(row => row.id)
}

/** Receives batches until nothing is due. */
export async function fileAll(parts: FilingParts): Promise<ReceivedBatch[]> {
  const batches: ReceivedBatch[] = []
  for (;;) {
    const batch = await receiveMails(parts)
    if (batch.claimed === 0) return batches
    batches.push(batch)
  }
}
