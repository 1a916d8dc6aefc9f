import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { seeMentions } from '../../src/shared/mentions.ts'
import { mergeTicket, undoMerge } from '../../src/shared/placing.ts'
import {
  getMessageRaw,
  getTicket,
  listQueues,
  listTickets,
  sendReply,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

const at = ({ agentId }: DeskAgent, name = 'somebody') => `<span data-mention="${agentId}">@${name}</span>`
const note = (number: number, html: string, agent = ada) =>
  agent.call(writeNote, { params: { number }, body: { html } })
const see = (number: number, upToNoteId: number, agent = ben) =>
  agent.call(seeMentions, { params: { number }, body: { upToNoteId } })

/** What the queue of an agent holds, with what is new to them, and the number beside it. */
async function mentionsOf(agent: DeskAgent) {
  const { data } = await agent.call(listTickets, { query: { queue: 'mentions' } })
  const counts = await agent.call(listQueues, { query: {} })
  return {
    numbers: data.map(row => row.number),
    unseen: data.filter(row => row.hasUnseenMention).map(row => row.number),
    count: counts.data.find(one => one.queue === 'mentions')?.count,
  }
}

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

describe('a mention in a note', () => {
  test('keeps the agent, not the name that was written, and shows the name they have today', async () => {
    const eva = await desk.agent('eva', { mailboxIds: [support] })
    const { number } = await desk.ticket({ mailboxId: support })

    const written = await note(number, `<p>Please look, ${at(eva, 'the boss')}</p>`)

    await sql`update agent set name = 'Ева Петрова' where id = ${eva.agentId}`.execute(desk.database.db)
    const ticket = await ada.call(getTicket, { params: { number } })
    expect(written).toMatchObject({
      text: 'Please look, @eva',
      html: `<p>Please look, ${at(eva, 'eva')}</p>`,
    })
    expect(ticket.notes[0]?.mentions).toEqual([
      { agentId: eva.agentId, teamId: null, name: 'Ева Петрова', isSeen: false },
    ])
    expect(ticket.events.slice(-2)).toMatchObject([
      { kind: 'note_written', agentId: ada.agentId, stopsReply: false },
      {
        kind: 'mentioned',
        agentId: ada.agentId,
        data: { agentIds: [eva.agentId], teamIds: [] },
        stopsReply: false,
      },
    ])
  })

  test('of somebody who may not see the ticket, or is not there, is refused, and nothing is written', async () => {
    const gone = await desk.agent('gone', { mailboxIds: [support] })
    await sql`update agent set state = 'deactivated' where id = ${gone.agentId}`.execute(desk.database.db)
    const { number } = await desk.ticket({ mailboxId: billing })

    const refusals = [
      await refusalOf(note(number, `<p>${at(ben)}</p>`)),
      await refusalOf(note(number, `<p>${at(gone)}</p>`)),
      await refusalOf(note(number, `<p>${at({ ...ben, agentId: 999_999 })}</p>`)),
    ]

    const ticket = await ada.call(getTicket, { params: { number } })
    expect(refusals).toMatchObject([
      { status: 422, problem: { code: 'agent-cannot-use-mailbox', details: { agentId: ben.agentId } } },
      { status: 422, problem: { code: 'unknown-agent' } },
      { status: 422, problem: { code: 'unknown-agent' } },
    ])
    expect(ticket.notes).toEqual([])
    expect((await mentionsOf(ben)).numbers).not.toContain(number)
  })

  test('is none in a reply: the customer reads the name, and nobody is called', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const html = `<p>Ask ${at(ben, 'ben')}</p>`

    const message = await ada.call(sendReply, { params: { number }, body: { html } })

    const raw = await (await ada.fetch(getMessageRaw, { params: { id: message.id } })).text()
    const ticket = await ada.call(getTicket, { params: { number } })
    expect(message.visibleText).toBe('Ask @ben')
    expect(raw).not.toContain('mention')
    expect(ticket.events.map(event => event.kind)).not.toContain('mentioned')
    expect((await mentionsOf(ben)).numbers).not.toContain(number)
  })

  test('waits in a draft as it was chosen', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const html = `<p>${at(ben, 'ben')} look</p>`
    const empty = { to: null, cc: null, bcc: [], uploadIds: [], withHistory: false, seenEventId: null }
    const content = { ...empty, mode: 'note' as const, text: '@ben look', html }
    await ada.call(saveDraft, { params: { number }, body: { content, revision: 0 } })

    const { draft } = await ada.call(findDraft, { params: { number } })

    expect(draft?.html).toBe(html)
  })
})

describe('the queue Mentions', () => {
  test('holds what mentions an agent, the latest first, and counts what they have not seen', async () => {
    const sam = await desk.agent('sam', { mailboxIds: [support] })
    const [first, second] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support, state: 'closed' }),
    ]
    const older = await note(first.number, `<p>${at(sam)}</p>`)
    await note(second.number, `<p>${at(sam)} ${at(sam)}</p>`)
    await note(first.number, `<p>again ${at(sam)}, and me ${at(ada)}</p>`)

    const before = await mentionsOf(sam)
    await see(first.number, older.id, sam)
    const between = await mentionsOf(sam)
    const { notes } = await sam.call(getTicket, { params: { number: first.number } })
    await see(first.number, notes.at(-1)?.id ?? 0, sam)

    const shown = await sam.call(getTicket, { params: { number: first.number } })
    const both = [first.number, second.number]
    expect(before).toEqual({ numbers: both, unseen: both, count: 2 })
    // A note that came since it was read is not seen.
    expect(between).toEqual(before)
    expect(await mentionsOf(sam)).toEqual({ numbers: both, unseen: [second.number], count: 1 })
    expect(shown.notes.flatMap(one => one.mentions.map(mention => mention.isSeen))).toEqual([
      true,
      true,
      true,
    ])
    // Who mentions themselves has seen it.
    expect(await mentionsOf(ada)).toMatchObject({ unseen: [], count: 0 })
  })

  test('pages by its own order', async () => {
    const ivo = await desk.agent('ivo', { mailboxIds: [support] })
    const numbers: number[] = []
    for (let left = 3; left > 0; left--) {
      const { number } = await desk.ticket({ mailboxId: support })
      await note(number, `<p>${at(ivo)}</p>`)
      numbers.unshift(number)
    }

    const query = { queue: 'mentions', limit: 2 } as const
    const top = await ivo.call(listTickets, { query })
    const rest = await ivo.call(listTickets, { query: { ...query, cursor: top.nextCursor ?? '' } })

    expect([top, rest].map(page => page.data.map(row => row.number))).toEqual([
      numbers.slice(0, 2),
      numbers.slice(2),
    ])
    expect(rest.nextCursor).toBeNull()
  })

  test('shows nothing of a mailbox that the agent may not use any more, and nothing of the Trash', async () => {
    const mia = await desk.agent('mia', { mailboxIds: [support, billing] })
    const [moved, thrown] = [
      await desk.ticket({ mailboxId: billing }),
      await desk.ticket({ mailboxId: support }),
    ]
    await note(moved.number, `<p>${at(mia)}</p>`)
    await note(thrown.number, `<p>${at(mia)}</p>`)

    await sql`delete from agent_mailbox
      where agent_id = ${mia.agentId} and mailbox_id = ${billing}`.execute(desk.database.db)
    await ada.call(updateTicket, { params: { number: thrown.number }, body: { isDeleted: true } })

    expect(await mentionsOf(mia)).toEqual({ numbers: [], unseen: [], count: 0 })
    expect(await refusalOf(see(moved.number, 1, mia))).toMatchObject({ status: 404 })
  })

  test('follows a note into the ticket it is merged into, and back', async () => {
    const zoe = await desk.agent('zoe', { mailboxIds: [support] })
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await note(merged.number, `<p>${at(zoe)}</p>`)

    const params = { number: merged.number }
    const { mergeId } = await ada.call(mergeTicket, { params, body: { intoNumber: survivor.number } })
    const after = await mentionsOf(zoe)
    await ada.call(undoMerge, { params: { id: mergeId } })

    expect(after).toEqual({ numbers: [survivor.number], unseen: [survivor.number], count: 1 })
    expect((await mentionsOf(zoe)).numbers).toEqual([merged.number])
  })
})
