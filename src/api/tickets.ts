import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import type { Clock } from '../lib/clock.ts'
import { markRead as markReadRoute } from '../shared/mark-read.ts'
import { seeMentions as seeMentionsRoute } from '../shared/mentions.ts'
import { decideNewcomer as decideNewcomerRoute } from '../shared/newcomers.ts'
import { listTags } from '../shared/tags.ts'
import {
  getTicket as getTicketRoute,
  listQueues,
  listTickets as listTicketsRoute,
  takeOver as takeOverRoute,
  updateTicket as updateTicketRoute,
  writeNote as writeNoteRoute,
} from '../shared/tickets.ts'
import { answerOnce } from '../tickets/answer-once.ts'
import { decideNewcomer } from '../tickets/decide-newcomer.ts'
import { findByText } from '../tickets/find-by-text.ts'
import { getNote, getTicket, getTicketRow } from '../tickets/get-ticket.ts'
import { getPresentPlace, getTicketPlace } from '../tickets/get-ticket-place.ts'
import { listTagNames } from '../tickets/list-tags.ts'
import { listTickets } from '../tickets/list-tickets.ts'
import { markRead } from '../tickets/mark-read.ts'
import type { QueueCounter } from '../tickets/queue-counts.ts'
import { ruleOf } from '../tickets/queues.ts'
import { spendDraft } from '../tickets/save-draft.ts'
import { seeMentions } from '../tickets/see-mentions.ts'
import { takeOverTicket } from '../tickets/take-over-ticket.ts'
import { updateTicket } from '../tickets/update-ticket.ts'
import { visibleMailboxIds } from '../tickets/visible-mailboxes.ts'
import { writeNote } from '../tickets/write-note.ts'
import { type ApiServer, handle } from './handle.ts'
import { presentNote, presentTicket, presentTicketRow } from './present.ts'
import { changeOf } from './ticket-change.ts'

/** What the ticket routes work with. */
export type TicketNeeds = { db: Db; bells: Pick<Bells, 'ring'>; counter: QueueCounter; clock: Clock }

const defaultPageRows = 50

/** Registers queues, lists, the ticket page, changes, notes and tags. */
export function registerTickets(server: ApiServer, { db, bells, counter, clock }: TicketNeeds): void {
  handle(server, listQueues, async ({ caller, query }) => ({
    data: await counter.count(caller, query.mailboxId),
  }))
  handle(server, listTicketsRoute, async ({ caller, query }) => {
    const { queue, mailboxId, order, cursor, limit = defaultPageRows, ...filter } = query
    const wish = { rule: ruleOf(queue), filter }
    const found = filter.text === undefined ? null : await findByText({ db, clock }, caller, wish)
    const narrow = Object.keys(filter).length > 0 ? { ...filter, foundIds: found?.ids ?? null } : undefined
    const page = await listTickets(db, caller, { queue, mailboxId, order, cursor, limit, filter: narrow })
    const data = page.rows.map(presentTicketRow)
    return { data, nextCursor: page.nextCursor, ...(found?.isCut === true ? { isCut: true } : {}) }
  })
  handle(server, getTicketRoute, async ({ caller, params }) => {
    const { ticketId } = await getPresentPlace(db, caller, params.number)
    return presentTicket(await getTicket(db, caller, ticketId), caller.agentId)
  })
  handle(server, updateTicketRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    if (body.mailboxId !== undefined) await visibleMailboxIds(db, caller, body.mailboxId)
    await updateTicket({ db, bells }, { ticketId, agentId: caller.agentId }, changeOf(body))
    return presentTicketRow(await getTicketRow(db, caller, ticketId))
  })
  handle(server, takeOverRoute, async ({ caller, params }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    await takeOverTicket({ db, bells }, { ticketId, agentId: caller.agentId })
    return presentTicketRow(await getTicketRow(db, caller, ticketId))
  })
  handle(server, decideNewcomerRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const decision = { address: body.address, isAccepted: body.decision === 'accept' }
    await decideNewcomer({ db, bells }, { ticketId, agentId: caller.agentId }, decision)
    return presentTicketRow(await getTicketRow(db, caller, ticketId))
  })
  handle(server, writeNoteRoute, async ({ caller, params, body, named }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const noteId = await answerOnce(db, named, remember =>
      inTransaction(db, async tx => {
        const noteId = await writeNote(tx, { ticketId, agentId: caller.agentId, ...body })
        await spendDraft(tx, { ticketId, agentId: caller.agentId }, 'note')
        await remember(tx, noteId)
        return noteId
      }),
    )
    bells.ring('live')
    return presentNote(await getNote(db, noteId))
  })
  handle(server, seeMentionsRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    await seeMentions(db, { ticketId, agentId: caller.agentId, upToNoteId: body.upToNoteId })
    counter.forget()
  })
  handle(server, markReadRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    await markRead(db, { ticketId, agentId: caller.agentId, ...body })
  })
  handle(server, listTags, async ({ caller }) => ({ data: await listTagNames(db, caller) }))
}
