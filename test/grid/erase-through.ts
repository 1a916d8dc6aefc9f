import { getLedger } from '../../src/shared/mailboxes.ts'
import { getMessageRaw, getTicket, listTickets, type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import { type Erasure, emptyTrash, listErasures } from '../../src/shared/trash.ts'
import { ApiRefusal } from '../support/api.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { Scene } from './live-through.ts'
import type { Stage } from './stage.ts'

/** What stays of a story whose ticket was deleted for good: its neighbour, whose bytes lay beside it in the same pack. */
export type ErasedStory = { number: number; erasures: Erasure[]; erasedRows: number; neighbour: Neighbour }
type Neighbour = { number: number; messageId: number; raw: string }

const limit = { withinMs: 60_000, everyMs: 200 }

/** Two mails come in, the Trash is emptied of one of them, and its bytes are freed; all of it is done when this resolves. */
export async function eraseThrough({ stage, story }: Scene): Promise<void> {
  const [kept, leaving] = [`Beside ${story.tag}`, `To be erased ${story.tag}`]
  // At once, so that they lie in one pack.
  await Promise.all([kept, leaving].map(subject => deliver(stage, subject, story.from)))
  const neighbour = await read(stage, kept)
  const { number, messageId } = await read(stage, leaving)
  const pack = await stage.badDays.packOf(messageId)
  const [lastId, rowsBefore] = [(await erasuresSince(stage, 0))[0]?.id ?? 0, await countErasedRows(stage)]
  await stage.owner.ask(client =>
    client.call(updateTicket, { params: { number }, body: { isDeleted: true } }),
  )
  const thrownUntil = new Date(Date.now() + 60_000).toISOString()
  await stage.owner.ask(client => client.call(emptyTrash, { body: { thrownUntil } }))
  const erasures = await waitUntil(
    `${story.tag}: the Trash is emptied`,
    async () => {
      const acts = await erasuresSince(stage, lastId)
      const isOver = acts.length > 0 && acts.every(act => act.endedAt !== null)
      return isOver && acts.some(act => act.ticketCount > 0) ? acts : undefined
    },
    limit,
  )
  const isEmptied = async () => {
    await stage.badDays.letBytesAge()
    return (await stage.badDays.isEmptied(pack)) || undefined
  }
  await waitUntil(`${story.tag}: its pack is emptied`, isEmptied, { ...limit, everyMs: 1_000 })
  const erasedRows = (await countErasedRows(stage)) - rowsBefore
  story.erased = { number, erasures, erasedRows, neighbour }
}

/** One sentence for each promise of erasing that was broken. */
export async function judgeErased(
  { admin }: Stage,
  { number, erasures, erasedRows, neighbour }: ErasedStory,
): Promise<string[]> {
  const [gone, kept, raw] = await Promise.all([
    admin.fetch(getTicket, { params: { number } }),
    admin.fetch(getTicket, { params: { number: neighbour.number } }),
    admin.fetch(getMessageRaw, { params: { id: neighbour.messageId } }),
  ])
  const tickets = erasures.reduce((sum, act) => sum + act.ticketCount, 0)
  const messages = erasures.reduce((sum, act) => sum + act.messageCount, 0)
  return [
    ...(gone.status === 404 ? [] : [`is still there after it was erased: ${gone.status}`]),
    ...(tickets === 1 && messages === 1 ? [] : [`was told as ${tickets} tickets with ${messages} messages`]),
    ...(erasedRows === 1 ? [] : [`left ${erasedRows} erased rows in the ledger`]),
    ...(kept.ok ? [] : [`took its neighbour along: ${kept.status}`]),
    ...((await raw.text()) === neighbour.raw ? [] : [`took the bytes of its neighbour: ${raw.status}`]),
  ]
}

async function deliver(stage: Stage, subject: string, from: string): Promise<void> {
  const raw = rawMail({ from: `Ann <${from}>`, subject, text: `${subject}\r\n`, messageId: null })
  await stage.dovecot.deliver(raw, [stage.mailbox.address])
}

/** The ticket of a mail, once it is one, with its bytes. */
async function read(stage: Stage, subject: string): Promise<Neighbour> {
  const ticket = await waitUntil(`${subject} is a ticket`, () => findTicket(stage, subject), limit)
  const messageId = ticket.messages[0]?.id ?? 0
  const answer = await stage.owner.ask(client => client.fetch(getMessageRaw, { params: { id: messageId } }))
  if (answer instanceof ApiRefusal) throw answer
  return { number: ticket.number, messageId, raw: await answer.text() }
}

async function findTicket({ owner }: Stage, subject: string): Promise<Ticket | undefined> {
  const query = { queue: 'all', order: 'newest', limit: 20 } as const
  const page = await owner.ask(client => client.call(listTickets, { query }))
  if (page instanceof ApiRefusal) throw page
  const number = page.data.find(row => row.subject === subject)?.number
  if (number === undefined) return undefined
  const ticket = await owner.ask(client => client.call(getTicket, { params: { number } }))
  return ticket instanceof ApiRefusal ? undefined : ticket
}

/** Newest first. */
async function erasuresSince({ owner }: Stage, id: number): Promise<Erasure[]> {
  const page = await owner.ask(client => client.call(listErasures, { query: {} }))
  return page instanceof ApiRefusal ? [] : page.data.filter(act => act.id > id)
}

async function countErasedRows({ owner, mailbox }: Stage): Promise<number> {
  const ledger = await owner.ask(client => client.call(getLedger, { params: { id: mailbox.id } }))
  if (ledger instanceof ApiRefusal) throw ledger
  return ledger.outcomes.find(one => one.outcome === 'erased')?.count ?? 0
}
