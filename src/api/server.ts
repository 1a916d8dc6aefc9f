import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { fastify } from 'fastify'
import { isConnectionLoss } from '../db/faults.ts'
import { describeError, stackOf } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { Problem } from '../shared/schemas.ts'
import { describeProblem } from './errors.ts'
import type { ApiServer, RouteRow, SignedIn } from './handle.ts'
import { guardAgainstForgery, SESSION_COOKIE } from './request-guard.ts'
import { buildSerializersLate } from './serialization.ts'
import { compileValidator } from './validation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    signedIn: SignedIn | null
  }
}

/** What the door itself needs; what handlers need is handed to each `register…` function. */
export type ServerOptions = {
  log: Log
  baseUrl: string
  trustProxy: readonly string[]
  /** Largest JSON body; uploads have their own limit. */
  bodyLimitBytes: number
  /** Finds the session behind a cookie's token. */
  findSession: (token: string) => Promise<SignedIn | null>
  /** Where the database is ours: whether its disk is full, which is why it does not answer then. */
  isDatabaseDiskFull?: () => Promise<boolean>
}

/**
 * The HTTP door without routes: sessions, forgery guard, security headers, problem details.
 *
 * Logs one line per request with its id and route pattern: no addresses, no query values.
 */
export async function createServer(options: ServerOptions): Promise<ApiServer> {
  const server = fastify({
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    bodyLimit: options.bodyLimitBytes,
    genReqId: () => randomBytes(6).toString('hex'),
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildSerializer: buildSerializersLate } },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 250 },
  })
  const routeTable: RouteRow[] = []
  const api = Object.assign(server, { routeTable }) as unknown as ApiServer
  server.addSchema(Problem)
  listRoutes(api)
  server.setValidatorCompiler(compileValidator)
  server.removeContentTypeParser('text/plain')
  acceptRawUploads(api)
  await server.register(cookie)
  await server.register(helmet, helmetOptions(options.baseUrl))
  server.decorateRequest('signedIn', null)
  server.addHook('onRequest', async (request, reply) => {
    // Tickets stay in no cache, neither a proxy's nor the disk of a browser somebody signed out of.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'private, no-store')
    const token = request.cookies[SESSION_COOKIE]
    request.signedIn = token ? await options.findSession(token) : null
    guardAgainstForgery(request, options.baseUrl)
  })
  answerProblems(api, options)
  logRequests(api, options.log)
  return api
}

/** Writes down every route as it is registered; one that names no access is open to anyone. */
function listRoutes(server: ApiServer): void {
  server.addHook('onRoute', ({ method, url, config }) => {
    const { access = 'anyone' } = (config ?? {}) as { access?: RouteRow['access'] }
    for (const name of [method].flat()) {
      if (name !== 'HEAD') server.routeTable.push({ method: name, path: url, access })
    }
  })
}

function acceptRawUploads(server: ApiServer): void {
  // Streams are handed on unread; the upload handler counts and stops at its own limit.
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
}

function helmetOptions(baseUrl: string) {
  const self = ["'self'"]
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        scriptSrc: self,
        styleSrc: [...self, "'unsafe-inline'"], // Mantine and mail bodies style inline
        imgSrc: [...self, 'data:', 'blob:'],
        fontSrc: self,
        connectSrc: self,
        frameSrc: self,
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: self,
      },
    },
    referrerPolicy: { policy: 'no-referrer' as const },
    hsts: baseUrl.startsWith('https:') ? { maxAge: 15_552_000 } : false,
    crossOriginEmbedderPolicy: false,
  }
}

function answerProblems(
  server: ApiServer,
  { log, isDatabaseDiskFull = async () => false }: Pick<ServerOptions, 'log' | 'isDatabaseDiskFull'>,
): void {
  server.setErrorHandler(async (error, request, reply) => {
    const problem = describeProblem(error, request.id, {
      isDatabaseDiskFull: isConnectionLoss(error) && (await isDatabaseDiskFull()),
    })
    if (problem.status >= 500) {
      log.error(
        {
          reqId: request.id,
          route: request.routeOptions.url,
          code: problem.code,
          err: describeError(error),
          stack: stackOf(error),
        },
        'request failed',
      )
    }
    if (problem.status === 503) reply.header('retry-after', '2')
    const retryAfterS = problem.details?.retryAfterS
    if (typeof retryAfterS === 'number') reply.header('retry-after', String(retryAfterS))
    return reply.code(problem.status).type('application/problem+json').send(problem)
  })
}

function logRequests(server: ApiServer, log: Log): void {
  server.addHook('onResponse', async (request, reply) => {
    const facts = {
      reqId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      tookMs: Math.round(reply.elapsedTime),
      agentId: request.signedIn?.agentId,
    }
    log.debug(facts, 'answered')
  })
}

/** Starts to answer. Port 0 lets the system choose. @returns the address as a URL */
export function listen(server: ApiServer, at: { host: string; port: number }): Promise<string> {
  return server.listen(at)
}
