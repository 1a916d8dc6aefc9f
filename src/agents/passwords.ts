import { hash, verify } from '@node-rs/argon2'

// OWASP password storage: argon2id (the library's default), 19 MiB, 2 passes, 1 lane. About 15 ms on a 2-core machine.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes a password for storing (PHC string, argon2id). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

/**
 * Whether the password is the stored one. Without a stored hash the same work is done and the
 * answer is no, so that time does not tell whether an account exists.
 */
export async function isPasswordOf(storedHash: string | null, password: string): Promise<boolean> {
  const fits = await verify(storedHash ?? (await hash('no such account', cost)), password)
  return storedHash !== null && fits
}
