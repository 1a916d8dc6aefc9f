import { listFailedReplies } from '../../src/shared/outbox.ts'
import {
  dismissHint,
  mergeTicket,
  moveMessage,
  takeForward,
  undoForward,
  undoMerge,
  undoMove,
} from '../../src/shared/placing.ts'
import { getRemoteImage } from '../../src/shared/remote-images.ts'
import { rescheduleReply, unscheduleReply } from '../../src/shared/schedules.ts'
import {
  createUpload,
  decideUncertain,
  downloadAttachment,
  getMessageHtml,
  getMessageRaw,
  putReplyAside,
  undoReply,
} from '../../src/shared/tickets.ts'
import { getMessageWords, getUpload } from '../../src/shared/words.ts'
import { inDays, mail, read, reply, replyIn, ticket, upload } from './objects.ts'
import { type Row, row } from './row.ts'
import { CANARY, type World } from './world.ts'

const idOf = (id: number) => ({ params: { id } })
const received = async (world: World) => idOf((await mail(world)).messageId)

async function second(world: World) {
  const { ticketId } = await ticket(world)
  return idOf(await world.message(ticketId, { subject: `${CANARY} again` }))
}

/** A mail with another subject, which asks whether it is a new topic. */
async function hint(world: World) {
  const first = await mail(world)
  const [message] = (await read(world, first.number)).messages
  const id = message?.internetMessageId ?? ''
  const from = message?.from?.address ?? ''
  await world.receive(world.closed, {
    from,
    inReplyTo: id,
    references: [id],
    subject: 'An invoice for March',
  })
  return idOf((await read(world, first.number)).hints[0]?.id ?? 0)
}

/** Ann's mail that the insider seems to have forwarded, which nobody vouches for. */
async function offered(world: World) {
  const text = `---------- Forwarded message ---------\r\nFrom: Ann Berg <ann@kestrel.test>\r\nDate: Tue, Nov 3, 2026\r\nSubject: The lamp\r\nTo: <insider@desk.test>\r\n\r\n${CANARY} came broken.\r\n`
  const from = 'Insider <insider@desk.test>'
  const messageId = `${Math.random()}@desk.test`
  const { messageId: id } = await world.receive(world.closed, {
    from,
    subject: 'Fwd: The lamp',
    messageId,
    text,
  })
  return idOf(id)
}

/** Messages, their bytes, and what is done with them and with what was sent. */
export const messageRows: readonly Row[] = [
  row(getMessageHtml, 'mailbox', received),
  row(getMessageRaw, 'mailbox', received),
  row(
    getRemoteImage,
    'mailbox',
    async world => ({ params: { id: (await mail(world)).messageId, index: 0 } }),
    { answers: 502 },
  ),
  row(getMessageWords, 'mailbox', async world => idOf((await reply(world)).id)),
  row(downloadAttachment, 'mailbox', async world => {
    const { number } = await mail(world)
    const [message] = (await read(world, number)).messages
    return idOf(message?.attachments[0]?.id ?? 0)
  }),
  row(createUpload, 'role', () => ({ query: { filename: 'a.txt' }, body: Buffer.from('a') })),
  row(getUpload, 'author', async world => ({ params: { id: await upload(world) } })),
  row(undoReply, 'mailbox', async world => idOf((await reply(world)).id)),
  row(decideUncertain, 'mailbox', async world => ({
    ...idOf((await replyIn(world, 'uncertain')).id),
    body: { decision: 'was-sent' as const },
  })),
  row(putReplyAside, 'mailbox', async world => ({
    ...idOf((await replyIn(world, 'failed')).id),
    body: { isAside: true },
  })),
  row(listFailedReplies, 'own-contents', async world => {
    await replyIn(world, 'failed')
    return {}
  }),
  row(rescheduleReply, 'mailbox', async world => ({
    ...idOf((await reply(world, { sendAt: inDays(1) })).id),
    body: { sendAt: inDays(2) },
  })),
  row(unscheduleReply, 'mailbox', async world => idOf((await reply(world, { sendAt: inDays(1) })).id)),
  row(moveMessage, 'mailbox', async world => ({ ...(await second(world)), body: { toNumber: null } })),
  row(
    moveMessage,
    'mailbox',
    async world => {
      const theirs = await world.ticket({ mailboxId: world.common, state: 'closed' })
      const message = await world.message(theirs.ticketId)
      return { ...idOf(message), body: { toNumber: (await ticket(world)).number } }
    },
    { of: 'into it', answers: 409 },
  ),
  row(undoMove, 'mailbox', async world => {
    const moved = await world.staff.insider.call(moveMessage, {
      ...(await second(world)),
      body: { toNumber: null },
    })
    return idOf(moved.moveId)
  }),
  row(undoMerge, 'mailbox', async world => {
    const [one, two] = [await ticket(world), await ticket(world)]
    const call = { params: { number: one.number }, body: { intoNumber: two.number } }
    return idOf((await world.staff.insider.call(mergeTicket, call)).mergeId)
  }),
  row(dismissHint, 'mailbox', hint),
  row(takeForward, 'mailbox', offered),
  row(undoForward, 'mailbox', async world => {
    const call = await offered(world)
    await world.staff.insider.call(takeForward, call)
    return call
  }),
]
