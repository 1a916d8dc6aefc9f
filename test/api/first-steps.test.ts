import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getFirstSteps } from '../../src/shared/first-steps.ts'
import { createSavedReply } from '../../src/shared/saved-replies.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let owner: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  owner = await desk.agent('ada', { role: 'owner' })
})

afterAll(async () => await desk.stop())

const done = async () =>
  (await owner.call(getFirstSteps)).steps.filter(step => step.isDone).map(step => step.id)

test('a new desk ticks its steps by what is there, and what was only practised counts for nothing', async () => {
  const practice = await desk.mailbox('support@desk.test')
  await desk.ticket({ mailboxId: practice })
  const atFirst = await done()

  const real = await desk.mailbox('sales@desk.test')
  await sql`update mailbox set kind = 'imap', imap_host = 'imap.desk.test', smtp_host = 'smtp.desk.test',
    username = 'sales' where id = ${real}`.execute(desk.database.db)
  const connected = await done()
  await desk.ticket({ mailboxId: real })
  await desk.agent('ben', { mailboxIds: [real] })
  await sql`update agent set signature = 'Ada' where id = ${owner.agentId}`.execute(desk.database.db)
  const reply = { name: 'Thanks', folder: '', scope: 'all', mailboxId: null } as const
  await owner.call(createSavedReply, { body: { ...reply, texts: [{ language: 'en', body: 'Thank you.' }] } })

  expect([atFirst, connected]).toEqual([[], ['mailbox']])
  expect(await done()).toEqual(['mailbox', 'first-mail', 'colleague', 'signature', 'saved-reply'])
})

test('only who may set a desk up is told of it', async () => {
  const agent = await desk.agent('eve')

  const refused = await agent.fetch(getFirstSteps)

  expect(refused.status).toBe(403)
})
