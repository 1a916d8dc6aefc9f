import { setTimeout as wait } from 'node:timers/promises'
import type { App, RunningRole } from '../app.ts'
import { onceThere } from '../db/once-there.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import { NODE_ROLES, type NodeRole } from '../shared/vocabulary.ts'

/** How each role starts. One that throws leaves nothing running. */
export type RoleStarters = Readonly<Record<NodeRole, (app: App) => Promise<RunningRole>>>

/**
 * Starts the roles of this process in the order web, sync, worker, and enters each in `app.roles`. One whose database goes
 * away meanwhile is started when it is back, as a running one goes on then.
 *
 * @param until what calls the start off: no other role starts after it, and none is waited for
 * @param until.died called when a started role gives up by itself
 * @throws what a role threw; those started before it are still in `app.roles`
 */
export async function startRoles(
  app: App,
  starters: RoleStarters,
  { died, signal }: { died: (error: Error) => void; signal: AbortSignal },
): Promise<void> {
  for (const name of NODE_ROLES.filter(role => app.config.roles.includes(role))) {
    const role = await onceThere(() => starters[name](app), {
      log: app.log,
      signal,
      facts: { role: name },
      waiting: 'the database went away during the start, the role starts when it is back',
    })
    if (role === undefined) return
    app.roles.set(name, role)
    role.ended?.catch(cause => {
      died(new AppError('role-died', `${name} ended: ${describeError(cause)}`, { role: name }, { cause }))
    })
    app.log.debug({ role: name }, 'role started')
  }
}

const stopLimitMs = 14_000 // of the 20 s a stop may take: the database stops after the roles

/**
 * Stops the started roles in reverse. One that fails to is logged and does not keep the others, nor does
 * one that is not done when `limitMs` has passed for all of them: what it holds is free again with our
 * heartbeat, and the database still stops in order.
 */
export async function stopRoles(app: App, limitMs = stopLimitMs): Promise<void> {
  const late = wait(limitMs, 'late' as const, { ref: false })
  for (const [name, role] of [...app.roles].reverse()) {
    try {
      const end = await Promise.race([role.stop(), late])
      if (end === 'late') app.log.warn({ role: name, limitMs }, 'role did not stop in time, left behind')
    } catch (error) {
      app.log.error({ role: name, err: describeError(error) }, 'role did not stop cleanly')
    }
    app.roles.delete(name)
  }
}
