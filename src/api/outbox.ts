import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import {
  cancelMail,
  listOutbox,
  listOutboxMailboxes,
  type OutboxMailbox as MailboxRow,
  type OutboxRow,
  retryNow,
} from '../outbound/outbox.ts'
import {
  cancelOutbox,
  listFailedReplies,
  listOutboxMailboxes as listMailboxesRoute,
  listOutbox as listRoute,
  type OutboxMail,
  type OutboxMailbox,
  retryOutbox,
} from '../shared/outbox.ts'
import { listOwnFailures } from '../tickets/own-failures.ts'
import { type ApiServer, handle } from './handle.ts'

const pageLength = 50

/** Registers the outbox for admins: lists, counts with what holds a mailbox, retry and cancel; and each agent's own failures. */
export function registerOutbox(server: ApiServer, needs: { db: Db; bells: Pick<Bells, 'ring'> }): void {
  handle(server, listRoute, async ({ query }) => {
    const { data, nextCursor } = await listOutbox(needs.db, { ...query, limit: query.limit ?? pageLength })
    return { data: data.map(presentMail), nextCursor }
  })
  handle(server, listMailboxesRoute, async () => {
    return { data: (await listOutboxMailboxes(needs.db)).map(presentMailbox) }
  })
  handle(server, listFailedReplies, async ({ caller }) => {
    const failures = await listOwnFailures(needs.db, caller)
    return { data: failures.map(one => ({ ...one, since: one.since.toISOString() })) }
  })
  handle(server, retryOutbox, async ({ caller, params }) =>
    presentMail(await retryNow(needs, caller, params.id)),
  )
  handle(server, cancelOutbox, async ({ caller, params }) =>
    presentMail(await cancelMail(needs, caller, params.id)),
  )
}

function presentMail({ hasAccepted, repeats, isDealtWith, isOnHold, ...row }: OutboxRow): OutboxMail {
  const { state } = row
  const isUntouched = !hasAccepted && repeats === 0
  return {
    ...row,
    queuedAt: row.queuedAt.toISOString(),
    firstDueAt: row.firstDueAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    canRetry: state === 'deferred' || (state === 'failed' && !isDealtWith) || isOnHold,
    canCancel: isUntouched && (state === 'held' || state === 'deferred'),
  }
}

function presentMailbox(row: MailboxRow): OutboxMailbox {
  const { mailboxId, isPaused, problemCode: code, problemDetail: detail, heldUntil, heldCode } = row
  const { held, deferred, uncertain, failed } = row
  return {
    mailboxId,
    isPaused,
    counts: { held, deferred, uncertain, failed },
    problem: code === null ? null : { code, detail },
    hold: heldUntil && heldCode && { code: heldCode, until: heldUntil.toISOString() },
  }
}
