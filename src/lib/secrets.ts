import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { AppError } from './app-error.ts'

const ivBytes = 12 // 96 bits: what GCM is specified for (NIST SP 800-38D §8.2)
const tagBytes = 16

/**
 * Encrypts with AES-256-GCM.
 *
 * @param key 32 bytes
 * @param context what the value belongs to (`mailbox|7|password`): opening it elsewhere fails
 * @returns iv ‖ tag ‖ ciphertext
 */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/**
 * Opens what `seal` made with the same key and context.
 *
 * @throws AppError `cannot-open-secret` when key, context or bytes differ
 */
export function open(key: Buffer, sealed: Buffer, context: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
  } catch (cause) {
    throw new AppError(
      'cannot-open-secret',
      `stored secret of ${context} does not open`,
      { context },
      { cause },
    )
  }
}

/** The key that wraps the ring, from SECRET_KEY (HKDF-SHA256, RFC 5869): 32 bytes. */
export function wrappingKey(secretKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, 'letterdesk', 'wrap', 32))
}

/** 16 bytes in hex that tell two SECRET_KEYs apart and give neither away. */
export function keyFingerprint(secretKey: string): string {
  return Buffer.from(hkdfSync('sha256', secretKey, 'letterdesk', 'fingerprint', 16)).toString('hex')
}

/** A fresh token for a link, a session or a form: 32 random bytes in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token: a keyed hash, so that a read of the table opens no door. */
export function hashToken(key: Buffer, token: string): Buffer {
  return createHmac('sha256', key).update(token).digest()
}

/** Compares two texts without telling by time how much of them agrees. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
