import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import {
  countViews,
  createView as createViewRoute,
  listViews as listViewsRoute,
  orderViews as orderViewsRoute,
  removeView as removeViewRoute,
  restoreView as restoreViewRoute,
  updateView as updateViewRoute,
  type View,
} from '../shared/views.ts'
import type { QueueCounter } from '../tickets/queue-counts.ts'
import { createView, listViews, orderViews, removeView, restoreView, updateView } from '../tickets/views.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the views of the left column and their counts. */
export function registerViews(
  server: ApiServer,
  { db, counter }: { db: Db; counter: Pick<QueueCounter, 'countViews' | 'forget'> },
): void {
  const changed = (caller: Caller, row: Kept): View => {
    counter.forget()
    return present(caller, row)
  }
  handle(server, listViewsRoute, async ({ caller }) => ({
    data: (await listViews(db, caller)).map(row => present(caller, row)),
  }))
  handle(server, countViews, async ({ caller, query }) => ({
    data: await counter.countViews(caller, query.mailboxId),
  }))
  handle(server, createViewRoute, async ({ caller, body }) =>
    changed(caller, await createView(db, caller, body)),
  )
  handle(server, updateViewRoute, async ({ caller, params, body }) =>
    changed(caller, await updateView(db, caller, params.id, body)),
  )
  handle(server, removeViewRoute, async ({ caller, params }) => {
    await removeView(db, caller, params.id)
    counter.forget()
  })
  handle(server, restoreViewRoute, async ({ caller, params }) =>
    changed(caller, await restoreView(db, caller, params.id)),
  )
  handle(server, orderViewsRoute, async ({ caller, body }) => await orderViews(db, caller, body.ids))
}

type Kept = Awaited<ReturnType<typeof listViews>>[number]

function present(caller: Caller, { isRemoved: _, ...row }: Kept): View {
  return { ...row, isEditable: can(caller, { wish: 'change-view', ...row }) }
}
