import { listQuarantine, retryQuarantined } from '../../src/shared/mailboxes.ts'
import { cancelOutbox, retryOutbox } from '../../src/shared/outbox.ts'
import { rescheduleReply } from '../../src/shared/schedules.ts'
import {
  decideUncertain,
  getTicket,
  listTickets,
  type Message,
  sendReply,
  undoReply,
} from '../../src/shared/tickets.ts'
import { ApiRefusal } from '../support/api.ts'
import { rawMail } from '../support/mails.ts'
import { answerAt, firstOf, refuseGone, type SinkRule } from '../support/sink-rules.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { Cell, Way } from './cells.ts'
import { type ErasedStory, eraseThrough } from './erase-through.ts'
import type { Stage } from './stage.ts'

/** What was done in one cell, and what the product said to it. */
export type Story = {
  cell: Cell
  /** Stands in the mail's subject and in the reply's text, and nowhere else. */
  tag: string
  /** Of the customer. */
  from: string
  reply: Pick<Message, 'id' | 'internetMessageId'> | null
  /** How often a person had the same bytes sent once more. */
  sentAgain: number
  /** Times a person tried a mail now that would have waited. */
  hurried: number
  /** Of one whose ticket was deleted for good. */
  erased?: ErasedStory
}

/** A story on its stage, while something breaks. */
export type Scene = {
  stage: Stage
  story: Story
  /** False while the fault is there: nobody decides anything about a process that may still answer. */
  isCalm: () => boolean
  /** Once the fault was there and is gone. */
  isOver: () => boolean
}

const withinMs = 60_000
const everyMs = 100
const hourMs = 3_600_000
const afterFaultMs = 2_500 // a stopped process may know the answer
const FINAL = new Set(['accepted', 'failed', 'cancelled'])
const WORDS: Partial<Record<Way, string>> = {
  'cannot be filed': 'P0001',
  'no room to file it': '53100',
}
const MAILBOXES: Partial<Record<Way, string>> = {
  'put off, tried now': 'later',
  'put off, stopped': 'later',
  refused: 'gone',
  'answer lost': 'silent',
}

/** A story that has not begun; the number is new with each. */
export function newStory(cell: Cell, number: number): Story {
  const from = `${MAILBOXES[cell.way] ?? 'ann'}.g${number}@customer.test`
  return { cell, tag: `[g-${number}]`, from, reply: null, sentAgain: 0, hurried: 0 }
}

/** A mail comes in and is answered, and people do what they would do, until nothing is left to wait for. */
export async function liveThrough(scene: Scene): Promise<void> {
  const { stage, story } = scene
  const { tag, from, cell } = story
  if (cell.way === 'erased') return await eraseThrough(scene)
  const code = WORDS[cell.way]
  const givenBack = stage.armory.countPassed('mail-given-back')
  if (code !== undefined) await stage.badDays.refuse(tag, code)
  stage.sink.behave(sinkRule(from))
  await writeAsCustomer(scene, `${from}.first`)
  if (cell.way === 'no room to file it') {
    await until(
      scene,
      'it is given back',
      () => scene.isCalm() && stage.armory.countPassed('mail-given-back') > givenBack,
    )
    await stage.badDays.relent()
  }
  if (cell.way === 'cannot be filed') await letFile(scene)
  const number = await waitUntil(`${tag} is a ticket`, () => findTicket(scene), { withinMs, everyMs })
  await answer(scene, number)
  await follow(scene, number)
  if (cell.way === 'copied') await untilCopied(scene)
}

/** What the server says to the reply, by the customer's address. */
function sinkRule(recipient: string): SinkRule {
  return firstOf(
    answerAt(
      'rcpt',
      { reply: 452, text: '4.2.2 mailbox full' },
      { times: recipient.startsWith('later.') ? 1 : 0 },
    ),
    refuseGone('no such mailbox'),
    answerAt('final', { drop: 'before-reply' }, { times: recipient.startsWith('silent.') ? 1 : 0 }),
  )
}

async function letFile(scene: Scene): Promise<void> {
  const { stage } = scene
  const { owner } = stage
  const waiting = async () => {
    const page = await owner.ask(client => client.call(listQuarantine, { query: {} }))
    return page instanceof ApiRefusal ? undefined : page.data[0]
  }
  const row = await waitUntil('it is in quarantine', waiting, { withinMs, everyMs })
  await until(scene, 'the fault is over', () => scene.isCalm())
  await stage.badDays.relent()
  await owner.ask(client => client.call(retryQuarantined, { params: { id: row.id } }))
}

async function findTicket({ stage, story }: Scene): Promise<number | undefined> {
  const query = { queue: 'all', order: 'newest', limit: 20 } as const
  const page = await stage.owner.ask(client => client.call(listTickets, { query }))
  if (page instanceof ApiRefusal) throw page
  return page.data.find(row => row.subject.includes(story.tag))?.number
}

async function answer(scene: Scene, number: number): Promise<void> {
  const { stage, story } = scene
  const { way } = story.cell
  const isScheduled = way === 'moved' || way === 'overtaken'
  const sendAt = isScheduled ? { sendAt: new Date(Date.now() + hourMs).toISOString() } : {}
  const to = way === 'refused for one of two' ? { to: [story.from, `gone.${story.from}`] } : {}
  const person = way === 'taken back' ? stage.boris : stage.owner
  const sent = await person.ask(client =>
    client.call(sendReply, {
      params: { number },
      body: { text: `${story.tag} is on its way.`, ...sendAt, ...to },
      headers: { 'idempotency-key': `grid-${story.tag}` },
    }),
  )
  if (sent instanceof ApiRefusal) throw sent
  story.reply = { id: sent.id, internetMessageId: sent.internetMessageId }
  await changeMind(scene, sent.id)
}

/** A mail of the customer; with `answered` in the same thread. */
async function writeAsCustomer({ stage, story }: Scene, messageId: string, answered?: string): Promise<void> {
  const { tag, from } = story
  const raw = rawMail({
    messageId,
    inReplyTo: answered,
    from: `Ann <${from}>`,
    subject: `My parcel ${tag}`,
    text: `${tag} has not come, ${messageId}.\r\n`,
  })
  await stage.dovecot.deliver(raw, [stage.mailbox.address])
}

/** Refusals are no matter: what was asked was done before its answer was lost, or came too late, and its state says which. */
async function changeMind(scene: Scene, id: number): Promise<void> {
  const { stage, story } = scene
  const { way } = story.cell
  const params = { id }
  if (way === 'taken back') await stage.boris.ask(client => client.call(undoReply, { params }))
  const body = { sendAt: null }
  if (way === 'moved') await stage.owner.ask(client => client.call(rescheduleReply, { params, body }))
  if (way === 'overtaken') await writeAsCustomer(scene, `${story.from}.second`, `${story.from}.first`)
}

/** Looks at the reply until its fate is known, and does what an agent and an admin would. */
async function follow(scene: Scene, number: number): Promise<void> {
  const { stage, story } = scene
  let uncertainSinceMs: number | undefined
  await until(scene, 'the fate of the reply is known', async () => {
    const ticket = await stage.owner.ask(client => client.call(getTicket, { params: { number } }))
    if (ticket instanceof ApiRefusal) throw ticket
    const state = ticket.messages.find(one => one.id === story.reply?.id)?.delivery?.state ?? 'none'
    if (state === 'deferred') await handlePutOff(scene)
    if (state !== 'uncertain' || !scene.isCalm()) uncertainSinceMs = undefined
    else uncertainSinceMs ??= performance.now()
    if (uncertainSinceMs !== undefined && performance.now() - uncertainSinceMs > afterFaultMs)
      await decide(scene)
    return FINAL.has(state)
  })
}

async function handlePutOff({ stage, story }: Scene): Promise<void> {
  const params = { id: story.reply?.id ?? 0 }
  const isStopped = story.cell.way === 'put off, stopped'
  const done = await stage.owner.ask(client =>
    client.call(isStopped ? cancelOutbox : retryOutbox, { params }),
  )
  if (!(done instanceof ApiRefusal)) story.hurried += 1
}

/** As somebody does who asks the customer whether they have it. */
async function decide({ stage, story }: Scene): Promise<void> {
  const id = story.reply?.id ?? 0
  const isThere = stage.sink.accepted.some(mail => mail.internetMessageId === story.reply?.internetMessageId)
  const decision = isThere ? 'was-sent' : 'send-again'
  const done = await stage.owner.ask(client =>
    client.call(decideUncertain, { params: { id }, body: { decision } }),
  )
  if (decision === 'send-again' && !(done instanceof ApiRefusal)) story.sentAgain += 1
}

async function untilCopied(scene: Scene): Promise<void> {
  const { stage, story } = scene
  await stage.badDays.hurryCopies('new')
  await until(scene, 'the fault is over', () => scene.isOver())
  // time passes: whoever has the copy in hands and lives is through with it
  await new Promise(resolve => setTimeout(resolve, afterFaultMs))
  await stage.badDays.hurryCopies('all')
  await until(scene, 'it stands in Sent', async () => (await copiesOf(stage, story)) > 0)
}

/** How often a reply stands in Sent. */
export async function copiesOf(stage: Stage, { reply }: Story): Promise<number> {
  const sent = await stage.dovecot.readFolder(stage.mailbox.address, 'Sent')
  const wanted = `<${reply?.internetMessageId}>`
  return sent.filter(mail => mail.raw.includes(wanted)).length
}

async function until({ story }: Scene, what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  await waitUntil(`${story.tag}: ${what}`, async () => ((await look()) ? true : undefined), {
    withinMs,
    everyMs,
  })
}
