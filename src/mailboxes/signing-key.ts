import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Db, Tx } from '../db/database.ts'
import { findKey, type KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { open, seal } from '../lib/secrets.ts'
import { signingDomain } from '../mail/dkim-record.ts'
import { signatureField } from '../mail/sign-mail.ts'
import { findSigningKey, insertDkimKey, type SealedDkimKey } from './dkim-keys.queries.ts'

/** What goes above a mail, and the key it was made with. */
export type MailSignature = { keyId: number; field: Buffer }

/** `keyId`: of a repeat the key by which it was signed before. */
export type SigningWish = { mailboxId: number; from: string; bytes: Buffer; keyId: number | null }

const makePair = promisify(generateKeyPair)
const RSA_BITS = 2048 // as RFC 8301 §3.2 asks of signers; longer keys do not fit the DNS panels of many providers

/** A new key for a domain, its private half already sealed for the row it is meant for. */
export type NewDkimKey = Parameters<typeof insertDkimKey>[1]

/** Makes an RSA key. A tenth of a second or more, on another thread: not inside a transaction. */
export async function makeDkimKey(keys: KeyRing, domain: string, selector: string): Promise<NewDkimKey> {
  const pair = await makePair('rsa', { modulusLength: RSA_BITS })
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const key = keys.active('credentials')
  const sealed = seal(key.secret, secret, sealContext({ domain, selector }))
  secret.fill(0)
  return { domain, selector, publicKey, sealed, keyId: key.id }
}

/** Enters it, unless one of its domain waits already. */
export async function addDkimKey(tx: Tx, key: NewDkimKey): Promise<void> {
  await insertDkimKey(tx, key)
}

/**
 * The signature of a mail by the key of its From's domain; null where that domain has no key that signs, or mail of the
 * mailbox is not to be signed. The private key is opened for this mail and not kept.
 *
 * @throws AppError `dkim-key-unreadable` when there is a key and it does not open
 */
export async function signMail(
  { db, keys }: { db: Db; keys: KeyRing },
  { mailboxId, from, bytes, keyId }: SigningWish,
): Promise<MailSignature | null> {
  const domain = signingDomain(from)
  if (domain === undefined) return null
  const key = await findSigningKey(db, { id: keyId, domain, mailboxId })
  if (key === undefined) return null
  const { id, selector } = key
  const privateKey = await openKey(keys, key)
  return { keyId: id, field: await signatureField(bytes, { domain: key.domain, selector, privateKey }) }
}

async function openKey(keys: KeyRing, key: SealedDkimKey) {
  try {
    const ring = await findKey(keys, 'credentials', key.private_key_id)
    if (ring === undefined) throw new AppError('cannot-open-secret', 'its key is not in the ring')
    const secret = open(ring.secret, key.private_sealed, sealContext(key))
    const privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
    secret.fill(0)
    return privateKey
  } catch (cause) {
    const facts = { domain: key.domain, selector: key.selector }
    throw new AppError('dkim-key-unreadable', 'the key that signs does not open', facts, { cause })
  }
}

/** What a private half is sealed for. */
export function sealContext({ domain, selector }: { domain: string; selector: string }): string {
  return `dkim_key|${domain}|${selector}|private_sealed`
}
