import type { DiskRoom } from '../lib/disk-room.ts'
import type { ApiServer } from './handle.ts'

/** What readiness depends on. */
export type HealthNeeds = {
  /** Resolves when the database answers. */
  pingDatabase: () => Promise<void>
  /** How much room the disk of DATA_DIR has. */
  readDiskRoom: () => Promise<DiskRoom>
  /** What each role says of itself; shown as it is. */
  roles: () => Readonly<Record<string, { isReady: boolean }>>
}

/**
 * `/healthz`: the process lives (never touches the database). `/readyz`: the database answers and every
 * role of this node has started and is ready, with what each says of itself; 503 otherwise. A full disk is told in `disk`
 * and takes no node away that can still show what there is. Both without sign-in, no secrets.
 */
export function registerHealth(server: ApiServer, needs: HealthNeeds): void {
  server.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  server.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const isDatabaseUp = await needs.pingDatabase().then(
      () => true,
      () => false,
    )
    const disk = await needs.readDiskRoom()
    const roles = needs.roles()
    const isReady = isDatabaseUp && Object.values(roles).every(role => role.isReady)
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not-ready', isDatabaseUp, disk, roles })
  })
}
