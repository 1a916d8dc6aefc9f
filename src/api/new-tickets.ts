import type { SendContext } from '../outbound/draft-mail.ts'
import { offerForNewMail, previewNewMail } from '../outbound/preview-new-mail.ts'
import { sendNewMail } from '../outbound/send-new-mail.ts'
import { suggestCustomers as suggestCustomersRoute } from '../shared/customers.ts'
import {
  dropNewTicketDraft as dropDraftRoute,
  findNewTicketDraft as findDraftRoute,
  type NewTicketContent,
  offerForNewMail as offerRoute,
  openWithoutMail as openWithoutMailRoute,
  previewNewMail as previewRoute,
  type SavedNewTicket,
  saveNewTicketDraft as saveDraftRoute,
  sendNewMail as sendNewMailRoute,
} from '../shared/new-tickets.ts'
import { getMessage, getTicketRow } from '../tickets/get-ticket.ts'
import { getMessagePlace } from '../tickets/get-ticket-place.ts'
import { dropNewTicketDraft, findNewTicketDraft, saveNewTicketDraft } from '../tickets/new-ticket-draft.ts'
import { openWithoutMail } from '../tickets/open-without-mail.ts'
import { suggestCustomers } from '../tickets/suggest-customers.ts'
import { type ApiServer, handle } from './handle.ts'
import { presentMessage } from './present.ts'
import { snoozeOf } from './ticket-change.ts'

/** Registers beginning tickets, by a mail or without one, and what is written of them before. */
export function registerNewTickets(server: ApiServer, context: SendContext): void {
  const { db } = context
  handle(server, sendNewMailRoute, async ({ caller, body, named }) => {
    const { sendAt, snooze, ...order } = body
    const when = { ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt) }), ...snoozeOf(snooze) }
    const messageId = await sendNewMail(context, caller, { ...order, ...when, named })
    const { number } = await getMessagePlace(db, caller, messageId)
    return { number, message: presentMessage(await getMessage(db, messageId)) }
  })
  handle(server, previewRoute, async ({ caller, body }) => await previewNewMail(db, caller, body))
  handle(server, offerRoute, async ({ caller, query }) => ({
    data: await offerForNewMail(db, caller, query),
  }))
  handle(server, openWithoutMailRoute, async ({ caller, body, named }) => {
    const ticketId = await openWithoutMail(context, caller, { ...body, named })
    return { number: (await getTicketRow(db, caller, ticketId)).number }
  })
  handle(server, suggestCustomersRoute, async ({ caller, query }) => ({
    data: await suggestCustomers(db, caller, query.text),
  }))
  registerDraft(server, context)
}

function registerDraft(server: ApiServer, { db }: Pick<SendContext, 'db'>): void {
  handle(server, findDraftRoute, async ({ caller }) => {
    const kept = await findNewTicketDraft<NewTicketContent>(db, caller.agentId)
    return { draft: kept === undefined ? null : presentDraft(kept) }
  })
  handle(server, saveDraftRoute, async ({ caller, body }) => {
    const saved = await saveNewTicketDraft(db, { ...body, agentId: caller.agentId })
    return { revision: saved.revision, savedAt: saved.savedAt.toISOString() }
  })
  handle(server, dropDraftRoute, async ({ caller }) => await dropNewTicketDraft(db, caller.agentId))
}

type Kept = NonNullable<Awaited<ReturnType<typeof findNewTicketDraft<NewTicketContent>>>>

function presentDraft({ content, revision, savedAt, uploads }: Kept): SavedNewTicket {
  return { ...content, uploads, revision, savedAt: savedAt.toISOString() }
}
