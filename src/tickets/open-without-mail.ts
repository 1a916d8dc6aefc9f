import type { Caller } from '../agents/can.ts'
import { findCustomer, findOrAddCustomers } from '../customers/find-customers.ts'
import { addCustomer, completeCustomer, getStandingCustomer } from '../customers/named-customer.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError } from '../lib/app-error.ts'
import { addressKey, parseAddress } from '../mail/address.ts'
import { cleanLine } from '../mail/clean-line.ts'
import { readAgentWords } from './agent-words.ts'
import { answerOnce, type NamedRequest, type RememberAnswer } from './answer-once.ts'
import { beginTicket, drawKeys, type TicketKeys, writeBeginning } from './begin-ticket.ts'
import { checkCustomerInSight, isCustomerInSight } from './customer-view.ts'
import { insertNamedParticipant } from './new-ticket.queries.ts'
import { refuseOwnAddresses } from './own-addresses.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'
import { writeNote } from './write-note.ts'

/** Whom a ticket without mail is about: known by id or address, or as an agent names them; nobody where all is empty. */
export type NamedCustomer = {
  id?: number | undefined
  name?: string | undefined
  address?: string | undefined
  phone?: string | undefined
}

/** A ticket without mail as it is asked for; with no subject the first line of its words is one. */
export type WithoutMail = {
  mailboxId: number
  subject: string
  customer: NamedCustomer
  text?: string | undefined
  html?: string | undefined
  state?: 'open' | 'closed' | undefined
  named?: NamedRequest | null | undefined
}

const MAX_SUBJECT_CHARS = 500
const MAX_NAME_CHARS = 200
const SNIPPET_CHARS = 200

/**
 * Begins a ticket of what a customer said on the phone or in person. Its words are a note; nothing is sent, now or
 * by itself. Where an address is known, replies go there.
 *
 * @returns its id
 * @throws NotFound for a mailbox the caller may not use and a customer out of sight; AppError `no-words`,
 *   `words-too-long`, `bad-address`, `own-address`, `idempotency-key-reused`
 */
export async function openWithoutMail(
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
  caller: Caller,
  order: WithoutMail,
): Promise<number> {
  const ticketId = await answerOnce(db, order.named ?? null, async remember => {
    await visibleMailboxIds(db, caller, order.mailboxId)
    const address = await readAddress(db, order.customer.address)
    if (order.customer.id !== undefined) {
      await checkCustomerInSight(db, caller, await getStandingCustomer(db, order.customer.id))
    }
    const keys = await drawKeys(db)
    await inTransaction(db, tx => write(tx, { caller, order, address, keys, remember }))
    return keys.id
  })
  bells.ring('live')
  return ticketId
}

type ToWrite = {
  caller: Caller
  order: WithoutMail
  address: string | null
  keys: TicketKeys
  remember: RememberAnswer
}

async function write(tx: Tx, { caller, order, address, keys, remember }: ToWrite): Promise<void> {
  const { agentId } = caller
  const text = readAgentWords(order).text.trim()
  const subject =
    cleanLine(order.subject, MAX_SUBJECT_CHARS) || cleanLine(text.split('\n')[0] ?? '', MAX_SUBJECT_CHARS)
  if (subject === '') throw new AppError('no-words', 'neither a subject nor words', {})
  const who = await decideCustomer(tx, caller, order.customer, address)
  const state = order.state ?? 'open'
  const begun = { keys, agentId, mailboxId: order.mailboxId, customerId: who.customerId, subject, state }
  await beginTicket(tx, { ...begun, snippet: cleanLine(text, SNIPPET_CHARS), isAwaited: state === 'open' })
  if (who.address !== null) {
    await insertNamedParticipant(tx, { ticketId: keys.id, address: who.address, name: who.name })
  }
  await writeBeginning(tx, begun, { by: 'phone', followedBy: [] })
  const { text: plain, html } = order
  if (text !== '') await writeNote(tx, { ticketId: keys.id, agentId, text: plain, html })
  await remember(tx, keys.id)
}

type Found = { customerId: number | null; address: string | null; name: string | null }

/** An address decides before an id: it says where replies go. */
async function decideCustomer(
  tx: Tx,
  caller: Caller,
  given: NamedCustomer,
  address: string | null,
): Promise<Found> {
  const name = cleanLine(given.name ?? '', MAX_NAME_CHARS) || null
  const phone = cleanLine(given.phone ?? '', 60) || null
  if (address !== null) {
    return { customerId: await findOrAdd(tx, caller, { address, name, phone }), address, name }
  }
  if (given.id !== undefined) {
    const customerId = await getStandingCustomer(tx, given.id)
    const known = await completeCustomer(tx, customerId, { name, phone })
    return { customerId, address: known.address, name: known.name }
  }
  if (name === null && phone === null) return { customerId: null, address: null, name: null }
  return { customerId: await addCustomer(tx, { name, phone }), address: null, name }
}

/** Nothing is changed of a known customer out of the caller's sight. */
async function findOrAdd(
  tx: Tx,
  caller: Caller,
  { address, name, phone }: { address: string; name: string | null; phone: string | null },
): Promise<number | null> {
  const known = await findCustomer(tx, address)
  const found = await findOrAddCustomers(tx, [{ address, name }])
  const customerId = found.get(address) ?? null
  const isTheirs = known === undefined || (await isCustomerInSight(tx, caller, known))
  if (customerId !== null && isTheirs) await completeCustomer(tx, customerId, { name, phone })
  return customerId
}

async function readAddress(db: Db, typed: string | undefined): Promise<string | null> {
  if (typed === undefined || typed.trim() === '') return null
  const parsed = parseAddress(typed)
  if (parsed === undefined || parsed.name !== null) {
    throw new AppError('bad-address', 'not an address mail can go to', { address: typed.slice(0, 320) })
  }
  await refuseOwnAddresses(db, [parsed])
  return addressKey(parsed.address)
}
