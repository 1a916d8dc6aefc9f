import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { cleanUp } from '../../src/jobs/clean-up.ts'
import { createLog } from '../../src/lib/log.ts'
import { EXPIRING_ROWS } from '../../src/roles/expiring-rows.ts'
import { type DraftContent, dropDraft, findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { mergeTicket } from '../../src/shared/placing.ts'
import { createUpload, sendReply, writeNote } from '../../src/shared/tickets.ts'
import { mergeTickets } from '../../src/tickets/merge-tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { draftContent } from '../support/draft-content.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent
let eve: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  const billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [support] })
  eve = await desk.agent('eve', { mailboxIds: [billing] })
})

afterAll(async () => await desk.stop())

const save = (agent: DeskAgent, number: number, content: DraftContent, revision = 0) =>
  agent.call(saveDraft, { params: { number }, body: { content, revision } })
const draftOf = async (agent: DeskAgent, number: number) =>
  (await agent.call(findDraft, { params: { number } })).draft

describe('a draft', () => {
  test('is kept for its agent alone, with its files, until it is thrown away', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const file = await ada.call(createUpload, {
      query: { filename: 'оферта.pdf' },
      body: Buffer.from('%PDF'),
    })
    const content = draftContent('Здравейте', {
      uploadIds: [file.id],
      to: ['ann@customer.test', 'unfinished@'],
    })

    const first = await save(ada, number, content)
    const second = await save(ada, number, { ...content, text: 'Здравейте, Ана' }, first.revision)

    expect(await draftOf(ada, number)).toMatchObject({
      text: 'Здравейте, Ана',
      to: ['ann@customer.test', 'unfinished@'],
      uploads: [{ id: file.id, filename: 'оферта.pdf', sizeBytes: 4 }],
      revision: second.revision,
    })
    expect(await draftOf(ben, number)).toBeNull()
    await ada.call(dropDraft, { params: { number } })
    expect(await draftOf(ada, number)).toBeNull()
  })

  test('may hold what no database stores', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    await save(ada, number, draftContent('one\0two \ud83d'))

    expect((await draftOf(ada, number))?.text).toBe('one\ufffdtwo \ufffd')
  })

  test('of another device is never written over', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const { revision } = await save(ada, number, draftContent('On the phone'))

    const blind = await ada.fetch(saveDraft, {
      params: { number },
      body: { content: draftContent('On the desktop'), revision: 0 },
    })
    const knowing = await save(ada, number, draftContent('On the desktop'), revision)

    expect(blind.status).toBe(409)
    expect(await blind.json()).toMatchObject({ code: 'draft-changed', details: { revision } })
    expect(knowing.revision).toBe(revision + 1)
  })

  test('goes when its words are sent; one of the other kind stays', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    await save(ada, number, draftContent('An answer'))
    await save(ben, number, draftContent('A thought', { mode: 'note' }))

    await ada.call(writeNote, { params: { number }, body: { text: 'Something else' } })
    const afterNote = await draftOf(ada, number)
    await ada.call(sendReply, { params: { number }, body: { text: 'An answer' } })
    await ben.call(sendReply, { params: { number }, body: { text: 'Another answer' } })

    expect(afterNote?.text).toBe('An answer')
    expect(await draftOf(ada, number)).toBeNull()
    expect((await draftOf(ben, number))?.text).toBe('A thought')
  })

  test('cannot be read or written by who may not use the mailbox', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    const refused = await Promise.all([
      eve.fetch(findDraft, { params: { number } }),
      eve.fetch(saveDraft, { params: { number }, body: { content: draftContent('x'), revision: 0 } }),
      eve.fetch(dropDraft, { params: { number } }),
    ])

    expect(refused.map(answer => answer.status)).toEqual([404, 404, 404])
  })

  test('keeps its files beyond the day that other uploads have', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const upload = () => ada.call(createUpload, { query: { filename: 'a.txt' }, body: Buffer.from('a') })
    const [kept, loose] = [await upload(), await upload()]
    await save(ada, number, draftContent('', { uploadIds: [kept.id] }))
    const { db } = desk.database
    await sql`update upload set created_at = clock_timestamp() - interval '2 days'`.execute(db)

    await cleanUp({ db, log: createLog({ level: 'silent' }) }, EXPIRING_ROWS)

    const left = await db.selectFrom('upload').select('id').where('id', 'in', [kept.id, loose.id]).execute()
    expect(left).toEqual([{ id: kept.id }])
  })
})

describe('a merge', () => {
  test('takes drafts along and joins the words of one agent', async () => {
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await save(ada, survivor.number, draftContent('First'))
    await save(ada, merged.number, draftContent('Second'))
    await save(ben, merged.number, draftContent('Only here'))

    await ada.call(mergeTicket, { params: { number: merged.number }, body: { intoNumber: survivor.number } })

    expect(await draftOf(ada, survivor.number)).toMatchObject({ text: 'First\n\nSecond', mode: 'reply' })
    expect(await draftOf(ben, survivor.number)).toMatchObject({ text: 'Only here' })
  })

  test('leaves behind whom a draft was for, and its browser goes on saving it', async () => {
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    const chosen = { to: ['bob@customer.test'], cc: [], bcc: ['boss@desk.test'] }
    const first = await save(ada, merged.number, draftContent('Dear Bob', chosen))
    const second = await save(ada, merged.number, draftContent('Dear Bob,', chosen), first.revision)

    await ada.call(mergeTicket, { params: { number: merged.number }, body: { intoNumber: survivor.number } })

    const carried = await draftOf(ada, survivor.number)
    expect(carried).toMatchObject({ text: 'Dear Bob,', to: null, cc: null, bcc: [] })
    expect(carried?.revision).toBeGreaterThan(second.revision)
  })

  test('takes along what was being saved while it ran', async () => {
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    const { db } = desk.database
    let saving: Promise<unknown> | undefined

    await inTransaction(db, async tx => {
      await mergeTickets(tx, {
        survivorId: survivor.ticketId,
        mergedId: merged.ticketId,
        agentId: ada.agentId,
      })
      saving = save(ada, merged.number, draftContent('Half a sentence'))
      await waitUntilHeldUp(db)
    })
    await saving

    expect(await draftOf(ada, survivor.number)).toMatchObject({ text: 'Half a sentence' })
  })

  test('never makes words for the team part of a reply', async () => {
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await save(ada, survivor.number, draftContent('Dear customer'))
    await save(ada, merged.number, draftContent('He is difficult', { mode: 'note' }))

    await ada.call(mergeTicket, { params: { number: merged.number }, body: { intoNumber: survivor.number } })

    expect(await draftOf(ada, survivor.number)).toMatchObject({ mode: 'note' })
  })
})
