import type { App, RunningRole } from '../app.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import { NODE_ROLES, type NodeRole } from '../shared/vocabulary.ts'

/** How each role starts. */
export type RoleStarters = Readonly<Record<NodeRole, (app: App) => Promise<RunningRole>>>

/**
 * Starts the roles of this process in the order web, sync, worker, and enters each in `app.roles`.
 *
 * @param died called when a started role gives up by itself
 * @throws what a role threw; those started before it are still in `app.roles`
 */
export async function startRoles(
  app: App,
  starters: RoleStarters,
  died: (error: Error) => void,
): Promise<void> {
  for (const name of NODE_ROLES.filter(role => app.config.roles.includes(role))) {
    const role = await starters[name](app)
    app.roles.set(name, role)
    role.ended?.catch(cause => {
      died(new AppError('role-died', `${name} ended: ${describeError(cause)}`, { role: name }, { cause }))
    })
    app.log.debug({ role: name }, 'role started')
  }
}

/** Stops the started roles in reverse; one that fails to is logged and does not keep the others. */
export async function stopRoles(app: App): Promise<void> {
  for (const [name, role] of [...app.roles].reverse()) {
    try {
      await role.stop()
    } catch (error) {
      app.log.error({ role: name, err: describeError(error) }, 'role did not stop cleanly')
    }
    app.roles.delete(name)
  }
}
