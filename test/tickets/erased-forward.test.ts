import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forwardMessage } from '../../src/shared/forwards.ts'
import { moveMessage } from '../../src/shared/placing.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import { eraseTickets } from '../../src/shared/trash.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(() => desk.stop())

test('what a third party wrote stays apart from the customer when the forward that asked them is deleted for good', async () => {
  const first = await desk.receive(support, { messageId: 'pump@customer.test', text: 'It leaks.\r\n' })
  const target = await desk.receive(support, { messageId: 'other@customer.test', from: 'bob@customer.test' })
  const forward = await ada.call(forwardMessage, {
    params: { number: first.number },
    body: { messageId: first.messageId, to: ['sup@parts.test'], text: 'What does it cost us?' },
  })
  const mail = { from: 'Sup <sup@parts.test>', inReplyTo: forward.internetMessageId ?? '', text: 'Ten.\r\n' }
  const answer = await desk.receive(support, { ...mail, messageId: 'ten@parts.test' })
  await ada.call(moveMessage, { params: { id: answer.messageId }, body: { toNumber: target.number } })
  await sql`update outbox set state = 'accepted', sent_copy = 'none', settled_at = now()`.execute(
    desk.database.db,
  )
  await ada.call(updateTicket, { params: { number: first.number }, body: { isDeleted: true } })

  const { results } = await ada.call(eraseTickets, { body: { numbers: [first.number] } })

  const ticket = await ada.call(getTicket, { params: { number: target.number } })
  const theirs = ticket.messages.find(one => one.id === answer.messageId)
  expect(results).toEqual([{ number: first.number, code: null }])
  expect(theirs?.sideThreadId).toBe(answer.messageId)
  expect(ticket.replyDefaults.to.map(({ address }) => address)).toEqual(['bob@customer.test'])
})
