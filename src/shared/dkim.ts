import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, Instant, nullable, oneOf } from './schemas.ts'
import { DKIM_CHECKS } from './vocabulary.ts'

/** A key as it is to be published, with what DNS said of it. The private half never leaves the server. */
export const DkimKey = exactly({
  id: Id,
  /** Of the TXT record. */
  name: Type.String(),
  value: Type.String(),
  /** Both as a line of a zone file, where a long value is several strings. */
  zoneLine: Type.String(),
  state: oneOf(['waiting', 'signing', 'replaced'] as const),
  createdAt: Instant,
  check: nullable(exactly({ outcome: oneOf(DKIM_CHECKS), found: nullable(Type.String()), at: Instant })),
  /** Of a replaced key: its record must stay until then. */
  keepUntil: nullable(Instant),
})
export type DkimKey = Static<typeof DkimKey>

/** Whether a mailbox's mail is signed, and by which keys; a domain without one that signs goes unsigned. */
export const Dkim = exactly({
  isOn: Type.Boolean(),
  domains: Type.Array(
    exactly({ domain: Type.String(), addresses: Type.Array(Type.String()), keys: Type.Array(DkimKey) }),
  ),
})
export type Dkim = Static<typeof Dkim>
export type DkimDomain = Dkim['domains'][number]

export const getDkim = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/dkim',
  access: 'admin',
  summary: 'Whether we sign the mail of a mailbox (DKIM), and the keys of its domains',
  params: IdParams,
  reply: Dkim,
})

export const setDkim = defineRoute({
  method: 'PUT',
  path: '/mailboxes/:id/dkim',
  access: 'admin',
  summary:
    'Sign the mail of a mailbox or leave it; signing begins for a domain once its record was found right',
  params: IdParams,
  body: exactly({ isOn: Type.Boolean() }),
  reply: Dkim,
})

export const renewDkimKey = defineRoute({
  method: 'POST',
  path: '/mailboxes/:id/dkim/keys',
  access: 'admin',
  summary: 'Make a new key for a domain; the one that signs goes on until the record of the new one is right',
  params: IdParams,
  body: exactly({ domain: Type.String({ minLength: 1, maxLength: 253 }) }),
  reply: Dkim,
})

export const checkDkimKey = defineRoute({
  method: 'POST',
  path: '/mailboxes/:id/dkim/keys/:keyId/check',
  access: 'admin',
  summary: 'Look up the record of a key; where it is right, the key signs from now on',
  params: exactly({ id: Id, keyId: Id }),
  reply: Dkim,
})
