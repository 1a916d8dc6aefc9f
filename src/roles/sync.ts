import type { App, RunningRole } from '../app.ts'
import { trustOf } from '../config.ts'
import { noteIntakeDoors } from '../db/instances.ts'
import { type MailIntake, nameIntakeDoor, openMailIntake } from '../inbound/mail-intake.ts'
import { startSync } from '../inbound/run-sync.ts'

/**
 * Starts the sync role: watches every active mailbox that no other node holds, and fetches its mail. Where a door is set,
 * mail may be handed in as well.
 */
export async function start(app: App): Promise<RunningRole> {
  const { db, keys, blobs, bells, log, clock, instanceId, config } = app
  const doors = await openDoors(app)
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
    stop: async () => {
      await Promise.all([sync.stop(), ...doors.map(door => door.stop())])
    },
    status: () => {
      const { watchedMailboxIds, isCurrent } = sync.status()
      return { isReady: isCurrent, mailboxesWatched: watchedMailboxIds.length }
    },
  }
}

/** All of them, or none: what was opened before one that cannot be is closed again. */
async function openDoors(app: App): Promise<MailIntake[]> {
  const doors: MailIntake[] = []
  try {
    for (const door of app.config.mailIntake) doors.push(await openMailIntake(app, door))
    await noteIntakeDoors(app.db, app.instanceId, app.config.mailIntake.map(nameIntakeDoor))
    return doors
  } catch (cause) {
    await Promise.all(doors.map(door => door.stop()))
    throw cause
  }
}
