import { accessContext, refreshContext } from '../mailboxes/access-tokens.ts'
import { passwordContext } from '../mailboxes/account.ts'
import { verifierContext } from '../mailboxes/consent.ts'
import type { SealedColumn } from '../mailboxes/seal-anew.ts'
import { secretContext } from '../mailboxes/sign-in-apps.ts'
import { sealContext } from '../mailboxes/signing-key.ts'
import { webhookContext } from './webhook.ts'

/** Every column that holds a secret sealed under a key of `credentials`: each that refers to `key_ring` is here. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'mailbox',
    id: 'id',
    sealed: 'password_sealed',
    keyId: 'password_key_id',
    facts: [],
    contextOf: ({ id }) => passwordContext(Number(id)),
  },
  {
    table: 'mailbox_grant',
    id: 'mailbox_id',
    sealed: 'refresh_sealed',
    keyId: 'refresh_key_id',
    facts: [],
    contextOf: ({ id }) => refreshContext(Number(id)),
  },
  {
    table: 'mailbox_grant',
    id: 'mailbox_id',
    sealed: 'access_sealed',
    keyId: 'access_key_id',
    facts: [],
    contextOf: ({ id }) => accessContext(Number(id)),
  },
  {
    table: 'sign_in_app',
    id: 'id',
    sealed: 'secret_sealed',
    keyId: 'secret_key_id',
    facts: ['kind', 'issuer'],
    contextOf: ({ kind, issuer }) => secretContext({ kind: String(kind), issuer: String(issuer) }),
  },
  {
    table: 'consent_start',
    id: 'state_hash',
    sealed: 'verifier_sealed',
    keyId: 'verifier_key_id',
    facts: [],
    contextOf: () => verifierContext,
  },
  {
    table: 'dkim_key',
    id: 'id',
    sealed: 'private_sealed',
    keyId: 'private_key_id',
    facts: ['domain', 'selector'],
    contextOf: ({ domain, selector }) => sealContext({ domain: String(domain), selector: String(selector) }),
  },
  {
    table: 'health_setting',
    id: 'is_only',
    sealed: 'webhook_sealed',
    keyId: 'webhook_key_id',
    facts: [],
    contextOf: () => webhookContext,
  },
]
