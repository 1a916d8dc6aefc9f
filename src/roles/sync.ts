import type { App, RunningRole } from '../app.ts'
import { trustOf } from '../config.ts'
import { startSync } from '../inbound/run-sync.ts'

/** Starts the sync role: watches every active mailbox that no other node holds, and fetches its mail. */
export async function start(app: App): Promise<RunningRole> {
  const { db, keys, blobs, bells, log, clock, instanceId, config } = app
  const trust = trustOf(config)
  const practice = () => app.practice
  const sync = startSync({
    db,
    keys,
    blobs,
    bells,
    log,
    clock,
    instanceId,
    trust,
    practice,
    random: Math.random,
  })
  return {
    stop: sync.stop,
    status: () => {
      const { watchedMailboxIds, isCurrent } = sync.status()
      return { isReady: isCurrent, mailboxesWatched: watchedMailboxIds.length }
    },
  }
}
