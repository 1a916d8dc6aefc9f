import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLink } from '../../src/agents/links.ts'
import { inTransaction } from '../../src/db/database.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { mailAgent } from '../../src/outbound/mail-agent.ts'
import type { Language } from '../../src/shared/vocabulary.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(async () => {
  await desk.stop()
})

async function invited(name: string, language: Language) {
  const { db, keys } = desk
  const agent = await db
    .insertInto('agent')
    .values({ email: `${name}@team.test`, name, role: 'agent', state: 'invited', language })
    .returning('id')
    .executeTakeFirstOrThrow()
  return await inTransaction(db, tx => makeLink(tx, keys, { purpose: 'invitation', agentId: agent.id }))
}

test('without a mailbox the job fails and may be tried again', async () => {
  const link = await invited('early', 'en')

  const mailed = mailAgent(desk.mailing, { linkId: link.id })

  await expect(mailed).rejects.toMatchObject({ code: 'no-mailbox', retry: true })
})

test('an invitation comes in the agent’s language with the working link', async () => {
  await desk.mailbox('support@desk.test')
  const link = await invited('Ева', 'bg')

  await mailAgent(desk.mailing, { linkId: link.id })

  const sent = await desk.sink.waitFor(
    mail => mail.to.includes('Ева@team.test') || mail.raw.includes('team.test'),
  )
  const mail = await parseMail(sent.raw)
  expect(mail.subject).toBe('Покана за Letterdesk')
  expect(mail.text).toContain(`https://desk.example.org/link/${link.token}`)
  expect(mail.kind).toBe('auto-reply')
})

test('a mailbox that fails is passed over', async () => {
  const link = await invited('next', 'en')
  await desk.mailbox('second@desk.test')
  desk.sink.behave(answerAt('auth', { reply: 535, text: '5.7.8 no' }, { times: 1 }))

  await mailAgent(desk.mailing, { linkId: link.id })

  const sent = desk.sink.accepted.filter(mail => mail.to.includes('next@team.test'))
  expect(sent.map(mail => mail.from)).toEqual(['second@desk.test'])
})

test('a link that was replaced is not mailed', async () => {
  const link = await invited('late', 'en')
  await desk.db.updateTable('agent_link').set({ used_at: new Date() }).where('id', '=', link.id).execute()

  await mailAgent(desk.mailing, { linkId: link.id })

  expect(desk.sink.accepted.filter(mail => mail.to.includes('late@team.test'))).toEqual([])
})
