import { sql } from 'kysely'
import { getTicketCustomer } from '../../src/shared/customers.ts'
import type { Message } from '../../src/shared/tickets.ts'
import { createUpload, getTicket, sendReply, type Ticket } from '../../src/shared/tickets.ts'
import type { DeskTicket, Received } from '../support/desk-builders.ts'
import { rawMail } from '../support/mails.ts'
import type { PrincipalName } from './principals.ts'
import { CANARY, type World } from './world.ts'

let made = 0

/** Another name each time, with the canary in it. */
export function named(what: string): string {
  made += 1
  return `${CANARY} ${what} ${made}`
}

/** An address nobody had before. */
export function address(): string {
  made += 1
  return `${CANARY.toLowerCase()}-${made}@customer.test`
}

/** A ticket of a new customer in the closed mailbox. */
export async function ticket(world: World): Promise<DeskTicket> {
  return await world.ticket({
    mailboxId: world.closed,
    subject: named('parcel'),
    from: { name: named('Ann'), address: address() },
    text: `${CANARY} has not come.`,
  })
}

/** Its number as routes want it. */
export async function numberOf(world: World): Promise<{ params: { number: number } }> {
  return { params: { number: (await ticket(world)).number } }
}

/** A mail with HTML, a picture from elsewhere and a file, come into the closed mailbox. */
export async function mail(world: World): Promise<Received> {
  const html = `<p>${CANARY} <img src="https://pictures.test/one.gif"></p>`
  const text = [
    '--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n',
    html,
    '\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="kestrel.txt"\r\n\r\n',
    `${CANARY} file`,
    '\r\n--b--\r\n',
  ].join('')
  return await world.receive(
    world.closed,
    rawMail({
      from: `${named('Ann')} <${address()}>`,
      to: 'closed@desk.test',
      subject: named('parcel'),
      messageId: `${named('id').replaceAll(' ', '.')}@customer.test`,
      contentType: 'multipart/mixed; boundary=b',
      text,
    }),
  )
}

/** The whole ticket, as the owner sees it. */
export async function read(world: World, number: number): Promise<Ticket> {
  return await world.staff.owner.call(getTicket, { params: { number } })
}

/** A reply of the insider's that waits to leave, or of somebody else's who may. */
export async function reply(
  world: World,
  { author = 'insider', sendAt }: { author?: PrincipalName; sendAt?: string } = {},
): Promise<Message> {
  const { number } = await ticket(world)
  const body = { text: `${CANARY} is on its way.`, ...(sendAt === undefined ? {} : { sendAt }) }
  return await world.staff[author].call(sendReply, { params: { number }, body })
}

/** The same, brought to another state, as the sender would. */
export async function replyIn(
  world: World,
  state: 'deferred' | 'uncertain' | 'failed',
  author: PrincipalName = 'insider',
): Promise<Message> {
  const sent = await reply(world, { author })
  const { db } = world
  await sql`update outbox set state = ${state} where message_id = ${sent.id}`.execute(db)
  if (state === 'failed') {
    await sql`update outbox_recipient set state = 'failed' where message_id = ${sent.id}`.execute(db)
    await sql`insert into undelivered (message_id) values (${sent.id})`.execute(db)
  }
  return sent
}

/** A file of the insider's. */
export async function upload(world: World): Promise<string> {
  const query = { filename: `${CANARY}.txt` }
  const { id } = await world.staff.insider.call(createUpload, { query, body: Buffer.from(CANARY) })
  return id
}

/** A day that has not come. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString()
}

/** The customer of a new ticket, with its number. */
export async function customer(world: World): Promise<{ id: number; number: number }> {
  const { number } = await ticket(world)
  const found = await world.staff.owner.call(getTicketCustomer, { params: { number } })
  return { id: found.customer?.id ?? 0, number }
}

/** A mail that could not be filed. */
export async function quarantined(world: World): Promise<number> {
  const { messageId } = await mail(world)
  const { rows } = await sql<{ id: number }>`
    update mail_instance set state = 'quarantined', reason = 'filing-failed', message_id = null
    where message_id = ${messageId} returning id`.execute(world.db)
  return rows[0]?.id ?? 0
}

/** A mailbox that is no practice, at a server where nobody listens. */
export async function connected(world: World): Promise<{ id: number; domain: string }> {
  made += 1
  const domain = `m${made}.test`
  const { rows } = await sql<{ id: number }>`
    insert into mailbox (kind, name, address, imap_host, imap_port, imap_security, smtp_host, smtp_port, smtp_security, username)
    values ('imap', 'Connected', ${`office@${domain}`}, '127.0.0.1', 9, 'tls', '127.0.0.1', 9, 'tls', 'office')
    returning id`.execute(world.db)
  return { id: rows[0]?.id ?? 0, domain }
}
