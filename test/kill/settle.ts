import { getLedger, listQuarantine, retryQuarantined } from '../../src/shared/mailboxes.ts'
import { decideUncertain, getTicket, type Message } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { LoadReply } from './reply-load.ts'

/** What people had to do by hand until everything came to rest. */
export type HandWork = { quarantineRetries: number; decisions: number; isSettled: boolean; tookMs: number }

type Scene = {
  admin: ApiClient
  /** How many mails each mailbox's server shows. */
  mailboxes: readonly { id: number; shown: number }[]
  replies: readonly LoadReply[]
  /** Whether the sink took a mail with this Message-ID: what an agent learns by asking the customer. */
  isAtCustomer: (internetMessageId: string) => boolean
  /** No change for so long ends the waiting; what is open then is for the count to name. */
  stalledAfterMs: number
}

const limitMs = 8 * 60_000
const FINAL = new Set(['accepted', 'failed', 'cancelled'])

/** Waits until every mail has its outcome and every reply its fate, and does what an admin would meanwhile. */
export async function settle(scene: Scene): Promise<HandWork> {
  const startedAtMs = performance.now()
  const work: HandWork = { quarantineRetries: 0, decisions: 0, isSettled: false, tookMs: 0 }
  const open = new Set(scene.replies)
  let last = ''
  let changedAtMs = startedAtMs
  while (performance.now() - changedAtMs < scene.stalledAfterMs) {
    if (performance.now() - startedAtMs > limitMs) break
    const waiting = await countWaiting(scene)
    work.quarantineRetries += await retryAll(scene.admin)
    await followReplies(scene, open, work)
    work.isSettled = waiting === 0 && open.size === 0
    if (work.isSettled) break
    const now = `${waiting} ${open.size} ${JSON.stringify(work)}`
    if (now !== last) changedAtMs = performance.now()
    last = now
    // time passes: asked again twice a second until all is settled
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  return { ...work, tookMs: performance.now() - startedAtMs }
}

async function followReplies(scene: Scene, open: Set<LoadReply>, work: HandWork): Promise<void> {
  for (const reply of open) if (await isFinal(scene, reply, work)) open.delete(reply)
}

async function countWaiting({ admin, mailboxes }: Scene): Promise<number> {
  let waiting = 0
  for (const { id, shown } of mailboxes) {
    const { folders, outcomes } = await admin.call(getLedger, { params: { id } })
    // What we sent lies in Sent, and is no customer's mail.
    const rows = outcomes.reduce((sum, { outcome, count }) => sum + (outcome === 'own' ? 0 : count), 0)
    const stored = outcomes.find(({ outcome }) => outcome === 'stored')?.count ?? 0
    waiting += shown - rows - (folders[0]?.mailsBelow ?? 0) + stored
  }
  return waiting
}

/** A mail whose filing died three times is taken for poison and waits for an admin. */
async function retryAll(admin: ApiClient): Promise<number> {
  const rows = await allPages(admin, listQuarantine, {})
  const withBytes = rows.filter(row => row.sha256 !== null)
  for (const { id } of withBytes) await admin.call(retryQuarantined, { params: { id } })
  return withBytes.length
}

async function isFinal(scene: Scene, reply: LoadReply, work: HandWork): Promise<boolean> {
  const message = await findMessage(scene.admin, reply)
  if (message?.delivery?.state === 'uncertain') {
    const isThere = scene.isAtCustomer(message.internetMessageId ?? '')
    if (!isThere) reply.sentAgain += 1
    const decision = isThere ? 'was-sent' : 'send-again'
    await scene.admin.call(decideUncertain, { params: { id: message.id }, body: { decision } })
    work.decisions += 1
    return false
  }
  return FINAL.has(message?.delivery?.state ?? '')
}

async function findMessage(admin: ApiClient, reply: LoadReply): Promise<Message | undefined> {
  const ticket = await admin.call(getTicket, { params: { number: reply.ticketNumber ?? 0 } })
  return ticket.messages.find(one => one.id === reply.acknowledged?.id)
}
