import { actOnTickets, undoAction } from '../../src/shared/actions.ts'
import { dropDraft, findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { forwardMessage } from '../../src/shared/forwards.ts'
import { markRead } from '../../src/shared/mark-read.ts'
import { seeMentions } from '../../src/shared/mentions.ts'
import { decideNewcomer } from '../../src/shared/newcomers.ts'
import { mergeTicket, previewMerge, previewSplit, splitTicket } from '../../src/shared/placing.ts'
import { announcePresence } from '../../src/shared/presence.ts'
import { judgeRecipients } from '../../src/shared/recipients.ts'
import { getReplySender } from '../../src/shared/reply-sender.ts'
import { offerSavedReplies } from '../../src/shared/saved-replies.ts'
import { search } from '../../src/shared/search.ts'
import { listTags } from '../../src/shared/tags.ts'
import {
  getTicket,
  listQueues,
  listTickets,
  sendReply,
  takeOver,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { draftContent } from '../support/draft-content.ts'
import { indexAll } from '../support/index-all.ts'
import { mail, named, numberOf, ticket } from './objects.ts'
import { type Row, row } from './row.ts'
import { CANARY, type World } from './world.ts'

const draft = draftContent(`${CANARY} half written`)

const countsSome = (text: string) => /"count":[1-9]/.test(text)
const isDone = (text: string) => text.includes('"code":null')

async function indexed(world: World) {
  await mail(world)
  await indexAll(world)
}

async function withDraft(world: World) {
  const call = await numberOf(world)
  await world.staff.insider.call(saveDraft, { ...call, body: { content: draft, revision: 0 } })
  return call
}

async function newcomer(world: World) {
  const first = await mail(world)
  const to = { params: { number: first.number } }
  const { messages } = await world.staff.owner.call(getTicket, to)
  const id = messages[0]?.internetMessageId ?? ''
  await world.receive(world.closed, { from: 'Kite <kite@kestrel.test>', inReplyTo: id, references: [id] })
  return { ...to, body: { address: 'kite@kestrel.test', decision: 'accept' as const } }
}

/** One ticket here and one where everybody is: merging is refused to all, and tells nothing to half of them. */
async function intoCommon(world: World) {
  const other = await world.ticket({ mailboxId: world.common, state: 'closed' })
  return { ...(await numberOf(world)), intoNumber: other.number }
}

async function fromCommon(world: World) {
  const other = await world.ticket({ mailboxId: world.common, state: 'closed' })
  return { params: { number: other.number }, intoNumber: (await ticket(world)).number }
}

/** A ticket of two messages, and the one of them that is split off. */
async function halfOfOne(world: World) {
  const { number, ticketId } = await ticket(world)
  const second = await world.message(ticketId, { subject: `${CANARY} again` })
  return { params: { number }, messageIds: [second] }
}

async function bothHere(world: World) {
  return { ...(await numberOf(world)), intoNumber: (await ticket(world)).number }
}

const inQuery = ({ params, intoNumber }: { params: { number: number }; intoNumber: number }) => ({
  params,
  query: { intoNumber },
})
const inBody = ({ params, intoNumber }: { params: { number: number }; intoNumber: number }) => ({
  params,
  body: { intoNumber },
})

/** Tickets, what lies in lists of them, and what is done with one or many. */
export const ticketRows: readonly Row[] = [
  row(listQueues, 'contents', () => ({}), { shows: countsSome }),
  row(listQueues, 'mailbox', ({ closed }) => ({ query: { mailboxId: closed } }), { of: 'of the mailbox' }),
  ...(['all', 'closed', 'snoozed', 'spam', 'trash'] as const).map(queue =>
    row(
      listTickets,
      'contents',
      async world => {
        const { number } = await ticket(world)
        const change = {
          all: {},
          closed: { state: 'closed' as const },
          snoozed: { snooze: { until: null } },
          spam: { state: 'spam' as const },
          trash: { isDeleted: true },
        }[queue]
        await world.staff.owner.call(updateTicket, { params: { number }, body: change })
        return { query: { queue } }
      },
      { of: queue },
    ),
  ),
  ...(['mine', 'mentions', 'drafts', 'sent'] as const).map(queue =>
    row(listTickets, 'own-contents', () => ({ query: { queue } }), { of: queue }),
  ),
  row(listTickets, 'contents', () => ({ query: { queue: 'undelivered' as const } }), { of: 'undelivered' }),
  row(listTickets, 'contents', ({ teamId }) => ({ query: { queue: `team-${teamId}` as const } }), {
    of: 'of its team',
  }),
  row(listTickets, 'contents', ({ closed }) => ({ query: { queue: 'all' as const, mailboxIds: [closed] } }), {
    of: 'filtered to the mailbox',
  }),
  row(
    listTickets,
    'contents',
    async world => {
      await indexed(world)
      return { query: { queue: 'all' as const, text: CANARY } }
    },
    { of: 'filtered by text' },
  ),
  row(search, 'contents', async world => {
    await indexed(world)
    return { query: { q: CANARY } }
  }),
  row(
    search,
    'contents',
    async world => {
      const { number } = await ticket(world)
      return { query: { q: String(number) } }
    },
    { of: 'by number' },
  ),
  row(search, 'contents', () => ({ query: { q: 'from:kestrel' } }), { of: 'by sender' }),
  row(listTags, 'role', () => ({})),
  row(getTicket, 'mailbox', numberOf),
  row(updateTicket, 'mailbox', async world => ({
    ...(await numberOf(world)),
    body: { state: 'closed' as const },
  })),
  row(updateTicket, 'mailbox', async world => ({ ...(await numberOf(world)), body: { isUnread: true } }), {
    of: 'unread',
  }),
  row(
    updateTicket,
    'mailbox',
    async world => {
      const { number } = await world.ticket({ mailboxId: world.common, state: 'closed' })
      return { params: { number }, body: { mailboxId: world.closed } }
    },
    { of: 'into the mailbox' },
  ),
  row(takeOver, 'mailbox', numberOf, { answers: 409 }),
  row(sendReply, 'mailbox', async world => ({ ...(await numberOf(world)), body: { text: CANARY } })),
  row(writeNote, 'mailbox', async world => ({ ...(await numberOf(world)), body: { text: CANARY } })),
  row(forwardMessage, 'mailbox', async world => {
    const { number, messageId } = await mail(world)
    return { params: { number }, body: { messageId, text: CANARY, to: ['third@party.test'] } }
  }),
  row(
    forwardMessage,
    'mailbox',
    async world => {
      const { messageId } = await mail(world)
      const { number } = await world.ticket({ mailboxId: world.common, state: 'closed' })
      return { params: { number }, body: { messageId, text: CANARY, to: ['third@party.test'] } }
    },
    { of: 'a message of another ticket', answers: 404 },
  ),
  row(markRead, 'mailbox', async world => {
    const { number, messageId } = await ticket(world)
    return { params: { number }, body: { upToMessageId: messageId } }
  }),
  row(seeMentions, 'mailbox', async world => {
    const call = await numberOf(world)
    const { id } = await world.staff.owner.call(writeNote, { ...call, body: { text: named('note') } })
    return { ...call, body: { upToNoteId: id } }
  }),
  row(decideNewcomer, 'mailbox', newcomer),
  row(judgeRecipients, 'mailbox', async world => ({ ...(await numberOf(world)), body: {} })),
  row(getReplySender, 'mailbox', numberOf),
  row(offerSavedReplies, 'mailbox', numberOf),
  row(findDraft, 'mailbox', withDraft),
  row(findDraft, 'own-contents', withDraft, {
    of: 'whose',
    but: { outsider: 404, otherTeam: 404, teammate: 404, former: 404 },
  }),
  row(saveDraft, 'mailbox', async world => ({
    ...(await numberOf(world)),
    body: { content: draft, revision: 0 },
  })),
  row(dropDraft, 'mailbox', numberOf),
  row(previewSplit, 'mailbox', async world => {
    const { params, messageIds } = await halfOfOne(world)
    return { params, query: { messageIds } }
  }),
  row(splitTicket, 'mailbox', async world => {
    const { params, messageIds } = await halfOfOne(world)
    return { params, body: { messageIds } }
  }),
  row(previewMerge, 'mailbox', async world => inQuery(await bothHere(world))),
  row(mergeTicket, 'mailbox', async world => inBody(await bothHere(world))),
  ...(
    [
      ['into it', fromCommon],
      ['out of it', intoCommon],
    ] as const
  ).flatMap(([of, pair]) => [
    row(previewMerge, 'mailbox', async world => inQuery(await pair(world)), { of, answers: 409 }),
    row(mergeTicket, 'mailbox', async world => inBody(await pair(world)), { of, answers: 409 }),
  ]),
  row(
    actOnTickets,
    'contents',
    async world => ({
      body: { numbers: [(await ticket(world)).number], change: { state: 'closed' as const } },
    }),
    { shows: isDone },
  ),
  row(
    actOnTickets,
    'contents',
    async world => {
      const { params, intoNumber } = await bothHere(world)
      return { body: { numbers: [params.number], mergeInto: intoNumber } }
    },
    { of: 'a merge', shows: isDone, but: { outsider: 404, otherTeam: 404, teammate: 404, former: 404 } },
  ),
  row(undoAction, 'author', async world => {
    const body = { numbers: [(await ticket(world)).number], change: { state: 'closed' as const } }
    const { actionId } = await world.staff.insider.call(actOnTickets, { body })
    return { params: { id: actionId ?? 0 } }
  }),
  row(announcePresence, 'mailbox', async world => ({
    params: { tab: 'a-tab-of-the-matrix' },
    body: { number: (await ticket(world)).number, doing: 'viewing' as const },
  })),
]
