import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Origin } from '../agents/sign-in.ts'
import { SESSION_COOKIE } from './request-guard.ts'

/** Sets the session's cookie: HttpOnly, SameSite=Lax, Secure on https, for the whole desk. */
export function setSessionCookie(reply: FastifyReply, token: string, baseUrl: string): void {
  reply.setCookie(SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: baseUrl.startsWith('https:'),
    path: '/',
    maxAge: 30 * 24 * 3600,
  })
}

/** Takes the cookie back. */
export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, { path: '/' })
}

/** What the session list says of a request: its browser and the address our proxies vouch for. */
export function originOf(request: FastifyRequest): Origin {
  return { userAgent: request.headers['user-agent'] ?? '', address: request.ip }
}

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]'])
const ownAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/**
 * Whether a request was made on this very machine: from loopback, under a loopback name (so no other
 * site reaches it by re-pointing its own name), and not handed on by a proxy.
 *
 * A proxy need not say that it is one: nginx by default sends its own address as Host and no
 * X-Forwarded-For. So where BASE_URL is no loopback name, nobody is from this machine.
 */
export function isFromThisMachine(request: FastifyRequest, baseUrl: string): boolean {
  if (!ownNames.has(new URL(baseUrl).hostname)) return false
  const { host = '', forwarded, 'x-forwarded-for': forwardedFor } = request.headers
  const name = host.replace(/:\d+$/, '')
  const address = request.socket.remoteAddress ?? ''
  return (
    ownNames.has(name) && ownAddresses.has(address) && forwarded === undefined && forwardedFor === undefined
  )
}
