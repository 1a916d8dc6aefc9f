import { findKey, type KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { open, seal } from '../lib/secrets.ts'

/** A secret as it is stored: the ciphertext, and the ring's key that made it. */
export type SealedSecret = { sealed: Buffer; keyId: number }

/** Seals a text under the active key for credentials. @param context table, row and column: it opens there only */
export function sealSecret(keys: KeyRing, context: string, text: string): SealedSecret {
  const key = keys.active('credentials')
  return { sealed: seal(key.secret, Buffer.from(text, 'utf8'), context), keyId: key.id }
}

/**
 * Opens what `sealSecret` made, also under a key that is retired or just made elsewhere.
 *
 * @throws AppError `cannot-open-secret`
 */
export async function openSecret(
  keys: KeyRing,
  context: string,
  stored: { sealed: Buffer | null; keyId: number | null },
): Promise<string> {
  const key = await findKey(keys, 'credentials', stored.keyId)
  if (key === undefined || stored.sealed === null) {
    throw new AppError('cannot-open-secret', `no key of this ring opens ${context}`, { context })
  }
  return open(key.secret, stored.sealed, context).toString('utf8')
}
