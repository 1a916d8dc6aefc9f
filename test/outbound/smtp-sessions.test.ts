import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answerAt } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})
afterAll(async () => {
  await desk.stop()
})
beforeEach(() => {
  desk.sink.behave()
})

/** Replies of one mailbox, all due before anybody sends. */
async function queueReplies(name: string, count: number): Promise<number[]> {
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const ids: number[] = []
  for (let n = 0; n < count; n += 1)
    ids.push(await desk.send(agent, { ticketId, to: [`${name}.${n}@example.org`] }))
  return ids
}

async function sendAll(
  name: string,
  count = 8,
): Promise<{ sessions: number; attempts: number[]; sent: number }> {
  const ids = await queueReplies(name, count)
  const before = desk.sink.events.length
  const sender = await desk.sender()
  for (const id of ids) await desk.reaches(id, 'accepted')
  await sender.stop()
  const rows = await Promise.all(ids.map(id => desk.outbox(id)))
  return {
    sessions: desk.sink.events.slice(before).filter(event => event.stage === 'auth').length,
    attempts: rows.map(row => row.attempts),
    sent: desk.sink.accepted.filter(mail => mail.to[0]?.startsWith(`${name}.`)).length,
  }
}

test('mail of one mailbox that is due together goes by few sessions', async () => {
  const { sessions, sent } = await sendAll('together', 24)

  expect(sent).toBe(24)
  expect(sessions).toBeLessThanOrEqual(8) // six for so many; one may be closed between two mails
})

test('a server that ends the session after each mail gets each once, by its first try', async () => {
  desk.sink.behave(answerAt('final', { drop: 'after-reply' }))

  const { attempts, sent } = await sendAll('one-each')

  expect(sent).toBe(8)
  expect(attempts).toEqual(Array(8).fill(1))
})

test('a server that says 421 to the second mail of a session gets it by another one, by its first try', async () => {
  const served = new Set<string>()
  desk.sink.behave(({ stage, session }) => {
    if (stage !== 'mail') return undefined
    if (served.has(session)) return { reply: 421, text: '4.7.0 One mail a session' }
    served.add(session)
    return undefined
  })

  const { attempts, sent } = await sendAll('two-each')

  expect(sent).toBe(8)
  expect(attempts).toEqual(Array(8).fill(1))
})

test('a server that takes one session at a time gets all mail by it, each by its first try, and nothing is held', async () => {
  let only: string | undefined
  desk.sink.behave(({ stage, session }) => {
    if (stage !== 'auth') return undefined
    if (only === undefined || !desk.sink.isOpen(only)) only = session
    return only === session ? undefined : { reply: 421, text: '4.7.0 Too many connections of this account' }
  })

  const { attempts, sent } = await sendAll('one-session')

  expect(sent).toBe(8)
  expect(attempts).toEqual(Array(8).fill(1))
})
