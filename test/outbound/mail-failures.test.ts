import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseNotifications, getListener } from '../../src/agents/notification-settings.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { mailFailures } from '../../src/outbound/mail-failures.ts'
import { listOwnFailures } from '../../src/tickets/own-failures.ts'
import { refuseGone } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
  desk.sink.behave(refuseGone('no such user: call +1 555 0100'))
})

afterAll(async () => {
  await desk.stop()
})

/** An agent who writes Bulgarian, and replies of theirs that are refused. */
async function startAgent(replies: number) {
  const name = `f${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  await sql`update agent set language = 'bg' where id = ${agent.agentId}`.execute(desk.db)
  const { ticketId, number } = await desk.ticket(mailboxId, { subject: 'Free money, click here' })
  const fail = async () => {
    const id = await desk.send(agent, { ticketId, to: [`gone.${name}@example.org`] })
    await desk.reaches(id, 'failed')
    await sql`update undelivered set followed_by_id = null where followed_by_id is not null`.execute(desk.db)
    return id
  }
  const sender = await desk.sender()
  for (let n = 0; n < replies; n++) await fail()
  await sender.stop()
  const { agentId } = agent
  const mails = () => desk.sink.accepted.filter(mail => mail.to.includes(`${name}@desk.test`))
  return { agent, agentId, number, ticketId, mails, name }
}

const jobsFor = async (agentId: number) => {
  const { rows } = await sql<{ minutes: number }>`
    select round(extract(epoch from run_at - now()) / 60)::integer as minutes from graphile_worker.jobs
    where task_identifier = 'mail_failures' and key = ${`mail_failures_${agentId}`}`.execute(desk.db)
  return rows.map(row => row.minutes)
}

const seen = async (agentId: number) =>
  await sql`insert into session (agent_id, token_hash, csrf_token, user_agent, address, expires_at)
    values (${agentId}, ${Buffer.from(`hash ${agentId}`)}, 'token', 'test', '127.0.0.1', now() + interval '1 day')`.execute(
    desk.db,
  )

test('a failure asks for its author’s mail: one for all, in their language, without words of others', async () => {
  const { agentId, number, mails, name } = await startAgent(2)
  const asked = await jobsFor(agentId)

  await mailFailures(desk.mailing, { agentId })
  await mailFailures(desk.mailing, { agentId })

  const [sent, ...more] = mails()
  const mail = await parseMail(sent?.raw ?? Buffer.alloc(0))
  expect(asked).toEqual([0])
  expect(more).toEqual([])
  expect(mail.subject).toBe(`Недоставено: #${number}`)
  expect(mail.text).toContain(`#${number} gone.${name}@example.org`)
  expect(mail.text).toContain('https://desk.example.org/queue/undelivered')
  expect(mail.kind).toBe('auto-reply')
  expect(sent?.raw.toString()).not.toMatch(/555 0100|Free money/)
})

test('who is at the screen is mailed only what still waits ten minutes later', async () => {
  const { agent, agentId, mails } = await startAgent(1)
  await seen(agentId)

  await mailFailures(desk.mailing, { agentId })
  const atOnce = mails().length
  const later = await jobsFor(agentId)
  await sql`update undelivered u set since = since - interval '11 minutes' from message m
    where m.id = u.message_id and m.author_id = ${agentId}`.execute(desk.db)
  await mailFailures(desk.mailing, { agentId })

  expect(atOnce).toBe(0)
  expect(later).toEqual([10])
  expect(mails()).toHaveLength(1)
  expect(await listOwnFailures(desk.db, agent)).toHaveLength(1)
})

test('what was followed, put aside or written by somebody who has left is not told', async () => {
  const followed = await startAgent(1)
  const gone = await startAgent(1)
  await sql`update undelivered u set put_aside_at = now() from message m
    where m.id = u.message_id and m.author_id = ${followed.agentId}`.execute(desk.db)
  await sql`update agent set state = 'deactivated' where id = ${gone.agentId}`.execute(desk.db)

  await mailFailures(desk.mailing, followed)
  await mailFailures(desk.mailing, gone)

  expect([...followed.mails(), ...gone.mails()]).toEqual([])
})

test('who wants no mail of it has none, and who has quiet hours when they end', async () => {
  const [silent, quiet] = [await startAgent(1), await startAgent(1)]
  const { settings } = await getListener(desk.db, quiet.agentId)
  const undelivered = { ...settings.channels.undelivered, mail: false }
  const channels = { ...settings.channels, undelivered }
  await chooseNotifications(desk.db, silent.agentId, { ...settings, channels })
  const quietHours = { from: '00:00', to: '00:00', days: [0, 1, 2, 3, 4, 5, 6] }
  await chooseNotifications(desk.db, quiet.agentId, { ...settings, quietHours })

  await mailFailures(desk.mailing, silent)
  await mailFailures(desk.mailing, quiet)
  const [whileQuiet, later] = [quiet.mails(), await jobsFor(quiet.agentId)]
  await chooseNotifications(desk.db, quiet.agentId, settings)
  await Promise.all([mailFailures(desk.mailing, quiet), mailFailures(desk.mailing, quiet)])

  expect(silent.mails()).toEqual([])
  expect([whileQuiet, later]).toEqual([[], [10]])
  expect(quiet.mails()).toHaveLength(1)
})
