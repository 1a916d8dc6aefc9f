import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Transition } from '../../src/lib/transitions.ts'

type Writer = { points: readonly Transition[] } | { outside: string }

/**
 * Every function of the product that writes a row of the ledger (`mail_instance`) or of the outbox, with the points around
 * it; or why the grid leaves it out. The test compares it with the source: a new writer has to be entered here.
 */
export const WRITERS: Record<string, Writer> = {
  insertInstances: { points: ['mail-rows-entering', 'mail-rows-entered'] },
  claimDueRows: { points: ['mail-claimed'] },
  settleRows: { points: ['mail-filing', 'mail-filed'] },
  uncountClaims: { points: ['mail-given-back'] },
  failClaim: { points: ['mail-attempt-failed', 'mail-quarantined'] },
  updateToStored: { points: ['mail-retried'] },
  insertOutbox: { points: ['reply-queueing', 'reply-queued'] },
  cancelHeld: { points: ['reply-undoing', 'reply-undone'] },
  claimMails: { points: ['reply-claimed'] },
  enterHandingOver: { points: ['reply-handed-over'] },
  writeAcceptances: { points: ['reply-accepted'] },
  writeState: {
    points: [
      'reply-accepting',
      'reply-deferring',
      'reply-deferred',
      'reply-failing',
      'reply-failed',
      'reply-doubting',
      'reply-doubted',
      'reply-recovering',
      'reply-recovered',
      'reply-deciding',
    ],
  },
  writeRepeat: { points: ['reply-deciding', 'reply-decided'] },
  updateToDue: { points: ['reply-trying-now', 'reply-tried-now'] },
  cancelUnsent: { points: ['reply-stopping', 'reply-stopped'] },
  claimSentCopies: { points: ['copy-claimed'] },
  writeSentCopy: { points: ['copy-appended', 'copy-noted'] },
  updateAllToStored: { outside: 'a command of an admin, run again when it broke off' },
  wakeIgnored: { outside: 'inside the filing transaction, for mail of Sent that waits for its ticket' },
  markFiledByServer: { outside: 'a note that saves a look; without it Sent is read once more' },
  giveBackClaims: {
    outside: 'of mail not begun; without it the claim is taken over as that of a dead sender',
  },
  releaseOnePerMailbox: { outside: 'moves a time; without it the mail goes when it is due' },
  releaseMailbox: { outside: 'moves a time; without it the mail goes when it is due' },
  moveScheduled: { points: ['reply-moving', 'reply-moved'] },
  cancelOvertaken: { points: ['reply-overtaking'] },
  writeErasedMail: { points: ['ticket-erasing', 'ticket-erased'] },
  cutReferences: { points: ['ticket-erasing', 'ticket-erased'] },
  deleteErased: { points: ['ticket-erasing', 'ticket-erased'] },
  deletePracticeRows: { outside: 'removes the practice mailbox' },
}

const write =
  /\b(?:update|insert into|delete from) (?:outbox|mail_instance)\b|(?:updateTable|insertInto|deleteFrom)\('(?:outbox|mail_instance)'\)/g

/** The names of the functions in `src/**.queries.ts` that write one of the two tables. */
export function listWriters(root: string): string[] {
  const names = globSync('src/**/*.queries.ts', { cwd: root }).flatMap(path => {
    const text = readFileSync(join(root, path), 'utf8')
    return [...text.matchAll(write)].map(match => {
      const before = [...text.slice(0, match.index).matchAll(/\bfunction (\w+)/g)]
      return before.at(-1)?.[1] ?? path
    })
  })
  return [...new Set(names)].sort()
}
