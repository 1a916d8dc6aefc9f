import { can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import {
  emptyTrash,
  eraseTickets as eraseTicketsRoute,
  getTrash,
  listErasures,
  setTrash,
  type Trash,
} from '../shared/trash.ts'
import { askToEmptyTrash, eraseTickets } from '../tickets/empty-trash.ts'
import { listErasures as erasures, readTrash, setTrashDays } from '../tickets/trash.ts'
import { type ApiServer, handle, type SignedIn } from './handle.ts'

const defaultPageRows = 50

/** Registers how long the Trash keeps tickets, emptying it, and who did. */
export function registerTrash(
  server: ApiServer,
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
): void {
  const present = async (caller: SignedIn): Promise<Trash> => {
    const isAdmin = can(caller, { wish: 'call-route', access: 'admin' })
    const { days, keptUntil, now, ticketCount } = await readTrash(db, { isCounted: isAdmin })
    return { days, keptUntil: keptUntil.toISOString(), ticketCount, countedAt: now.toISOString() }
  }
  handle(server, getTrash, async ({ caller }) => await present(caller))
  handle(server, setTrash, async ({ caller, body }) => {
    await setTrashDays(db, body.days)
    return await present(caller)
  })
  handle(server, eraseTicketsRoute, async ({ caller, body }) => ({
    results: await eraseTickets({ db, bells }, caller, body.numbers),
  }))
  handle(server, emptyTrash, async ({ caller, body }) => {
    return await askToEmptyTrash(db, caller, new Date(body.thrownUntil))
  })
  handle(server, listErasures, async ({ query }) => {
    const { rows, nextCursor } = await erasures(db, {
      cursor: query.cursor,
      limit: query.limit ?? defaultPageRows,
    })
    const data = rows.map(({ askedAt, endedAt, ...row }) => ({
      ...row,
      askedAt: askedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    }))
    return { data, nextCursor }
  })
}
