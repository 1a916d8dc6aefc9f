import type { FastifyRequest } from 'fastify'
import { AppError } from '../lib/app-error.ts'
import { sameSecret } from '../lib/secrets.ts'

/** The cookie that holds the session's token: HttpOnly, SameSite=Lax, Secure where the desk is on https. */
export const SESSION_COOKIE = 'letterdesk_session'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a state-changing request that another site may have caused: its Origin must be ours, and
 * with a session it must carry that session's token in `x-csrf-token`. GET changes nothing anywhere.
 *
 * @throws AppError `foreign-origin` or `csrf-token-missing`
 */
export function guardAgainstForgery(request: FastifyRequest, baseUrl: string): void {
  if (safeMethods.has(request.method)) return
  const origin = request.headers.origin
  if (origin !== undefined && !isOurs(origin, request.headers.host, baseUrl)) {
    throw new AppError('foreign-origin', 'the request comes from another site', { origin })
  }
  const expected = request.signedIn?.csrfToken
  if (expected === undefined) return
  const given = request.headers['x-csrf-token']
  if (typeof given !== 'string' || !sameSecret(given, expected)) {
    throw new AppError('csrf-token-missing', 'x-csrf-token is missing or of another session')
  }
}

function isOurs(origin: string, host: string | undefined, baseUrl: string): boolean {
  if (origin === new URL(baseUrl).origin) return true
  if (!URL.canParse(origin)) return false
  return host !== undefined && new URL(origin).host === host
}
