import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, IdParams } from './schemas.ts'

/** How far the mail has come that was in a mailbox before it was connected. */
export const OldMail = exactly({
  /** 0: none is wanted, or nobody has counted it yet. */
  total: Type.Integer(),
  fetched: Type.Integer(),
  /** Of those fetched: filed, or with another outcome. */
  settled: Type.Integer(),
  /** Mails that cannot be read or are too large: the quarantine lists them. */
  failed: Type.Integer(),
  perSecond: Type.Integer(),
  isDone: Type.Boolean(),
  isHeld: Type.Boolean(),
  /** The server lets no more be fetched today (Gmail: 2,500 MB): it goes on by itself. */
  isLimited: Type.Boolean(),
})
export type OldMail = Static<typeof OldMail>

export const getOldMail = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/old-mail',
  access: 'admin',
  summary: 'How far the mail has come that was there before the mailbox was connected',
  params: IdParams,
  reply: OldMail,
})

export const holdOldMail = defineRoute({
  method: 'POST',
  path: '/mailboxes/:id/old-mail/pause',
  access: 'admin',
  summary: 'Halt the fetching of old mail; new mail comes as ever',
  params: IdParams,
  reply: OldMail,
})

export const resumeOldMail = defineRoute({
  method: 'DELETE',
  path: '/mailboxes/:id/old-mail/pause',
  access: 'admin',
  summary: 'Go on fetching old mail, the newest of what is left first',
  params: IdParams,
  reply: OldMail,
})
