import type { Db, Tx } from '../db/database.ts'
import { senderKey } from '../mail/scan-sender.ts'
import { deleteFlows, selectFlows, upsertFlows } from './sender-flow.queries.ts'

/** A mail to be counted: whose, as facts that make one sender, and when it came. Null is nobody's. */
export type FlowingMail = { sender: readonly string[] | null; receivedAt: Date }

// A leaky bucket of twenty mails that empties at two a minute: twenty at once are a busy day or a forwarded
// pile, more than that and no pause a machine. Full it is twice as deep, so a storm ends ten minutes after its last mail.
const floodLevel = 20
const fullLevel = 40
const leakPerMinute = 2
const keptDays = 1 // a full bucket is empty after twenty minutes

/**
 * Tells which of the mails flood their mailbox: those a sender adds above twenty at once, or two a minute.
 *
 * Counted by sender in the database, in the order given and by the times the mails came, so that a pile fetched
 * late is no flood if it came in its time. Of two nodes that count at once the last wins: the count is for
 * fairness and grouping, nothing else hangs on it.
 */
export async function spotFloods(
  tx: Tx,
  mailboxId: number,
  mails: readonly FlowingMail[],
): Promise<boolean[]> {
  const keys = mails.map(({ sender }) => (sender === null ? null : senderKey(sender)))
  const wanted = [...new Set(keys.filter(key => key !== null))]
  if (wanted.length === 0) return mails.map(() => false)
  const flows = new Map<string, Flow>(
    (await selectFlows(tx, mailboxId, wanted)).map(row => [
      row.sender,
      { level: row.level, at: row.level_at },
    ]),
  )
  const floods = mails.map(({ receivedAt }, index) => {
    const key = keys[index]
    if (key === null || key === undefined) return false
    const flow = addTo(flows.get(key), receivedAt)
    flows.set(key, flow)
    return flow.level > floodLevel
  })
  const rows = [...flows].map(([sender, { level, at }]) => ({ sender, level, level_at: at }))
  await upsertFlows(tx, mailboxId, rows)
  return floods
}

/** Deletes the buckets of senders who are quiet again. @returns how many */
export async function deleteExpiredFlows(db: Db): Promise<number> {
  return await deleteFlows(db, keptDays)
}

type Flow = { level: number; at: Date }

function addTo(flow: Flow | undefined, at: Date): Flow {
  if (flow === undefined) return { level: 1, at }
  const minutes = Math.max(0, at.getTime() - flow.at.getTime()) / 60_000
  const level = Math.max(0, flow.level - minutes * leakPerMinute) + 1
  return { level: Math.min(level, fullLevel), at: at > flow.at ? at : flow.at }
}
