import { getLedger } from '../../src/shared/mailboxes.ts'
import { listOutbox, type OutboxMail, retryOutbox } from '../../src/shared/outbox.ts'
import { decideUncertain, getTicket } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { Stage } from './stage.ts'

/** How the waiting ended: what is still open, in words, and what a person did meanwhile. */
export type Rest = {
  unsettled: string[]
  sentAgain: Map<number, number>
  retries: number
  decisions: number
  tookMs: number
}

/**
 * Waits until all mail is filed and all replies have their fate, for `limitMs` at most. Meanwhile a person does what people
 * do: mail that was put off is tried at once, as its server is well again, and mail of unknown fate is decided by asking
 * the customer, which here is the sink.
 */
export async function settle(
  stage: Pick<Stage, 'admin' | 'sink' | 'mailboxes'>,
  { limitMs }: { limitMs: number },
): Promise<Rest> {
  const startedAtMs = performance.now()
  const rest: Rest = { unsettled: [], sentAgain: new Map(), retries: 0, decisions: 0, tookMs: 0 }
  let quietLooks = 0
  while (quietLooks < 3 && performance.now() - startedAtMs < limitMs) {
    rest.unsettled = [...(await unfiled(stage)), ...(await unsent(stage, rest))]
    quietLooks = rest.unsettled.length === 0 ? quietLooks + 1 : 0
    // time passes: asked again until all is at rest, and still is a little later
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  return { ...rest, tookMs: performance.now() - startedAtMs }
}

async function unfiled({ admin, mailboxes }: Pick<Stage, 'admin' | 'mailboxes'>): Promise<string[]> {
  const open: string[] = []
  for (const { id, address } of mailboxes) {
    const { outcomes } = await admin.call(getLedger, { params: { id } })
    const stored = outcomes.find(({ outcome }) => outcome === 'stored')?.count ?? 0
    if (stored > 0) open.push(`${stored} mails of ${address} wait to be filed`)
  }
  return open
}

async function unsent(stage: Pick<Stage, 'admin' | 'sink'>, rest: Rest): Promise<string[]> {
  const rows = await allPages(stage.admin, listOutbox, {})
  const open = rows.filter(row => row.state !== 'failed')
  for (const row of open) await help(stage, row, rest)
  return open.map(row => `mail ${row.messageId} of ticket ${row.ticketNumber} is ${row.state}`)
}

async function help(stage: Pick<Stage, 'admin' | 'sink'>, row: OutboxMail, rest: Rest): Promise<void> {
  const { admin } = stage
  if (row.state === 'uncertain') return await decide(stage, row, rest)
  if (row.state !== 'deferred' || !row.canRetry) return
  const { ok } = await admin.fetch(retryOutbox, { params: { id: row.messageId } })
  if (ok) rest.retries += 1
}

async function decide({ admin, sink }: Pick<Stage, 'admin' | 'sink'>, row: OutboxMail, rest: Rest) {
  const ticket = await admin.call(getTicket, { params: { number: row.ticketNumber } })
  const message = ticket.messages.find(one => one.id === row.messageId)
  const isThere = sink.accepted.some(mail => mail.internetMessageId === message?.internetMessageId)
  const decision = isThere ? 'was-sent' : 'send-again'
  const { ok } = await admin.fetch(decideUncertain, { params: { id: row.messageId }, body: { decision } })
  if (!ok) return // the product has decided by itself meanwhile
  rest.decisions += 1
  if (!isThere) rest.sentAgain.set(row.messageId, (rest.sentAgain.get(row.messageId) ?? 0) + 1)
}
