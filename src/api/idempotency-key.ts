import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../lib/app-error.ts'
import type { Route } from '../shared/define-route.ts'
import type { NamedRequest } from '../tickets/answer-once.ts'

/**
 * The request under its `Idempotency-Key`, null where it has none. What was asked is part of the name, so
 * that a key used by mistake for something else is noticed.
 *
 * @throws AppError `bad-idempotency-key` unless it is 1 to 255 printable ASCII characters
 * @see draft-ietf-httpapi-idempotency-key-header
 */
export function nameRequest(route: Route, request: FastifyRequest): NamedRequest | null {
  const key = request.headers['idempotency-key']
  if (route.isIdempotent !== true || key === undefined || request.signedIn === null) return null
  if (typeof key !== 'string' || !/^[!-~]{1,255}$/.test(key)) {
    throw new AppError('bad-idempotency-key', 'Idempotency-Key must be 1 to 255 printable ASCII characters')
  }
  const hash = hashOfAsked([request.method, request.url, request.body])
  return { agentId: request.signedIn.agentId, key, hash }
}

/** SHA-256 of what is asked for, by which another request under the same key is noticed. */
export function hashOfAsked(asked: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(asked)).digest()
}
