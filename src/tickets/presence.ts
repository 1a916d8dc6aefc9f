import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { createAlarm } from '../lib/alarm.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { notifiedDays } from './notifications.queries.ts'
import {
  type Announcement,
  deleteOldPresence,
  deleteOldSightings,
  deletePresence,
  type PresentAgent,
  selectPresentAgents,
  upsertPresence,
} from './presence.queries.ts'

/** Who is on a ticket now; nobody where `agents` is empty. */
export type TicketPresence = {
  number: number
  mailboxId: number
  agents: Pick<PresentAgent, 'agentId' | 'name' | 'doing'>[]
}

/** What this process knows of who is where, for all its clients. */
export type PresenceFeed = {
  /** Every ticket that somebody is on. */
  now: () => TicketPresence[]
  /** Calls `listener` with the tickets whose agents have changed. @returns how to stop that */
  subscribe: (listener: (changed: TicketPresence[]) => void) => () => void
  stop: () => Promise<void>
}

type Parts = { db: Db; bells: Pick<Bells, 'on' | 'ring'> }

const keptHours = 1 // of tabs that went without a word; nobody is shown them by then
const pollMs = 5_000 // who goes without a word is seen to be gone; and a bell may be lost

/** Writes down what a tab of an agent shows, and tells all nodes where that is news. Repeating it keeps it fresh. */
export async function announcePresence({ db, bells }: Parts, announcement: Announcement): Promise<void> {
  if (await upsertPresence(db, announcement)) bells.ring('presence')
}

/** Forgets what a tab showed, and tells all nodes. */
export async function endPresence({ db, bells }: Parts, agentId: number, tab: string): Promise<void> {
  if (await deletePresence(db, agentId, tab)) bells.ring('presence')
}

/** Deletes what tabs showed that are gone. @returns how many */
export async function deleteExpiredPresence(db: Db): Promise<number> {
  return await deleteOldPresence(db, keptHours)
}

/** Deletes who has seen which ticket once no notification asks for it. @returns how many */
export async function deleteExpiredSightings(db: Db): Promise<number> {
  return await deleteOldSightings(db, notifiedDays)
}

/** Starts following who is where on all nodes: at each bell `presence`, and every five seconds. */
export function followPresence(from: Parts & { log: Log }): PresenceFeed {
  const listeners = new Set<(changed: TicketPresence[]) => void>()
  const alarm = createAlarm()
  const unsubscribe = from.bells.on('presence', alarm.ring)
  let known = new Map<number, TicketPresence>()
  const step = async () => {
    const seen = await readPresence(from)
    if (seen === undefined) return
    const changed = changesBetween(known, seen)
    known = seen
    if (changed.length > 0) for (const listener of listeners) listener(changed)
  }
  const loop = async () => {
    for (let heard = alarm.count(); !alarm.isStopped(); heard = alarm.count()) {
      await step()
      await alarm.wait(heard, pollMs)
    }
  }
  const running = loop()
  return {
    now: () => [...known.values()],
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      unsubscribe()
      alarm.stop()
      await running
    },
  }
}

async function readPresence({
  db,
  log,
}: Parts & { log: Log }): Promise<Map<number, TicketPresence> | undefined> {
  try {
    const rows = await selectPresentAgents(db)
    return new Map(
      [...Map.groupBy(rows, row => row.ticketId)].map(([ticketId, agents]) => [ticketId, onTicket(agents)]),
    )
  } catch (error) {
    log.warn({ err: describeError(error) }, 'presence not read, trying again')
    return undefined
  }
}

function onTicket(rows: PresentAgent[]): TicketPresence {
  const { number = 0, mailboxId = 0 } = rows[0] ?? {}
  return { number, mailboxId, agents: rows.map(({ agentId, name, doing }) => ({ agentId, name, doing })) }
}

/** A ticket that was moved is told to both sides: whoever lost sight of it sees it empty. */
function changesBetween(
  before: ReadonlyMap<number, TicketPresence>,
  after: ReadonlyMap<number, TicketPresence>,
): TicketPresence[] {
  const left = [...before].filter(([id, one]) => after.get(id)?.mailboxId !== one.mailboxId)
  const changed = [...after].filter(([id, one]) => wordsOf(before.get(id)) !== wordsOf(one))
  return [...left.map(([, one]) => ({ ...one, agents: [] })), ...changed.map(([, one]) => one)]
}

function wordsOf(presence: TicketPresence | undefined): string {
  return JSON.stringify(presence ?? null)
}
