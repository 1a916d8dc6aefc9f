import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError } from '../lib/app-error.ts'
import { actOnTickets as actOnTicketsRoute, undoAction as undoActionRoute } from '../shared/actions.ts'
import { type Action, actOnTickets } from '../tickets/act-on-tickets.ts'
import { getTicketPlace } from '../tickets/get-ticket-place.ts'
import { undoAction } from '../tickets/undo-action.ts'
import { visibleMailboxIds } from '../tickets/visible-mailboxes.ts'
import { type ApiServer, handle } from './handle.ts'
import { hashOfAsked } from './idempotency-key.ts'
import { changeOf } from './ticket-change.ts'

/** Registers what is done to many tickets at once, and taking it back. */
export function registerActions(
  server: ApiServer,
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
): void {
  handle(server, actOnTicketsRoute, async ({ caller, body, named }) => {
    const { numbers, change, mergeInto } = body
    if ((change === undefined) === (mergeInto === undefined)) {
      throw new AppError('no-action', 'either `change` or `mergeInto` says what to do')
    }
    if (change?.mailboxId !== undefined) await visibleMailboxIds(db, caller, change.mailboxId)
    const action: Action =
      mergeInto === undefined
        ? { change: changeOf(change ?? {}) }
        : { mergeInto: await getTicketPlace(db, caller, mergeInto) }
    // Asked for again a ticket may be in another version: what is to be done to it is the same.
    const request = named && { ...named, hash: hashOfAsked({ numbers, change, mergeInto }) }
    return await actOnTickets({ db, bells }, caller, { numbers, action, versions: body.versions, request })
  })
  handle(server, undoActionRoute, async ({ caller, params }) => ({
    results: await undoAction({ db, bells }, caller, params.id),
  }))
}
