import { listTickets } from '../../src/shared/tickets.ts'
import { rawMail } from '../support/mails.ts'
import type { Driver } from './driver.ts'
import type { PlannedMail } from './plan-mails.ts'
import type { Stage } from './stage.ts'

/** When mail flowed again. */
export type Recovery = { takenMs: number; healedMs: number | null }

/**
 * Sends one mail to each mailbox and waits until all are tickets.
 *
 * @returns when the mail server had taken them, and when they were tickets, on the monotonic clock; null when they were not
 *   within `withinMs`
 */
export async function measureRecovery(
  stage: Pick<Stage, 'admin' | 'goElsewhere' | 'mailboxes'>,
  driver: Driver,
  { name, withinMs }: { name: string; withinMs: number },
): Promise<Recovery> {
  const canaries = stage.mailboxes.map(({ address }, at) => canary(`${name}.${at}`, address))
  for (const mail of canaries) await driver.deliver(mail)
  const takenMs = performance.now()
  const missing = new Set(canaries.map(mail => mail.thread))
  while (performance.now() < takenMs + withinMs) {
    for (const thread of await threadsInLists(stage)) missing.delete(thread)
    if (missing.size === 0) return { takenMs, healedMs: performance.now() }
    // time passes: asked again until they are there
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return { takenMs, healedMs: null }
}

function canary(name: string, address: string): PlannedMail {
  const from = `canary.${name}@customer.test`
  const [tag, thread] = [`[m-${name}]`, `[t-${name}]`]
  const raw = rawMail({ from, to: address, subject: `Order ${thread}`, text: `${tag} ${thread}\r\n` })
  return { tag, thread, names: null, from, mailboxes: [address], raw, by: 'lmtp', copies: 1 }
}

/** Of the newest tickets; none while no node answers. */
async function threadsInLists({
  admin,
  goElsewhere,
}: Pick<Stage, 'admin' | 'goElsewhere'>): Promise<string[]> {
  const query = { queue: 'all', order: 'newest', limit: 100 } as const
  return await admin.call(listTickets, { query }).then(
    ({ data }) => data.flatMap(({ subject }) => subject.match(/\[t-[\w.]+\]/g) ?? []),
    () => {
      goElsewhere()
      return []
    },
  )
}
