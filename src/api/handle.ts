import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { type Caller, can } from '../agents/can.ts'
import { AppError } from '../lib/app-error.ts'
import {
  API_BASE,
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
  type Route,
} from '../shared/define-route.ts'
import type { NamedRequest } from '../tickets/answer-once.ts'
import { nameRequest } from './idempotency-key.ts'

/** The session behind a request. */
export type SignedIn = Caller & { sessionId: number; csrfToken: string }

/** One row of the written route table: what the golden list of routes is made from. */
export type RouteRow = { method: string; path: string; access: Route['access'] }

/** The server that handlers are registered on; `routeTable` fills as they are. */
export type ApiServer = FastifyInstance & { routeTable: RouteRow[] }

/** Bytes as an answer, with the headers that keep a browser from interpreting them. */
export type BytesReply = { bytes: Buffer | NodeJS.ReadableStream; headers: Record<string, string> }

/** What a handler receives, typed by the route. */
export type Call<R extends Route> = {
  params: ParamsOf<R>
  query: QueryOf<R>
  body: BodyOf<R>
  caller: R['access'] extends 'anyone' ? SignedIn | null : SignedIn
  /** The request under its Idempotency-Key, where the route takes one and it came with one. */
  named: NamedRequest | null
  request: FastifyRequest
  reply: FastifyReply
}

type Answer<R extends Route> = R['reply'] extends TSchema
  ? ReplyOf<R>
  : R['reply'] extends 'bytes'
    ? BytesReply
    : // biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer returns nothing
      void

/**
 * Ties a shared route to its handler; both sides are checked against the route's schemas.
 *
 * Refuses who may not call it (401, 403), answers `nothing` with 204, strips from JSON what the
 * contract does not name, and leaves `events` to the handler, which takes the socket over.
 */
export function handle<R extends Route>(
  server: ApiServer,
  route: R,
  handler: (call: Call<R>) => Promise<Answer<R>>,
): void {
  const path = API_BASE + route.path
  server.route({
    method: route.method,
    url: path,
    schema: schemaOf(route),
    config: { access: route.access },
    preValidation: async request => admit(request.signedIn, route),
    handler: async (request, reply) => {
      const call = {
        params: request.params,
        query: request.query,
        body: request.body,
        caller: request.signedIn,
        named: nameRequest(route, request),
        request,
        reply,
      } as Call<R>
      return send(route, reply, await handler(call))
    },
  })
}

function admit(signedIn: SignedIn | null, route: Route): void {
  if (can(signedIn, { wish: 'call-route', access: route.access })) return
  if (!signedIn) throw new AppError('not-signed-in', 'sign in first')
  throw new AppError('no-permission', `only ${route.access}s may do this`, { needs: route.access })
}

function send(route: Route, reply: FastifyReply, answer: unknown): unknown {
  if (route.reply === 'nothing') return reply.code(204).send()
  if (route.reply === 'events') return reply
  if (route.reply === 'bytes') {
    const { bytes, headers } = answer as BytesReply
    return reply.headers(headers).send(bytes)
  }
  return answer
}

function schemaOf(route: Route): FastifySchema {
  const reply = typeof route.reply === 'string' ? {} : { 200: route.reply }
  return {
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body && route.body !== 'bytes' ? { body: route.body } : {}),
    ...(route.isIdempotent ? { headers: idempotencyHeaders } : {}),
    response: { ...reply, '4xx': { $ref: 'Problem#' }, '5xx': { $ref: 'Problem#' } },
    ...describe(route),
  }
}

const idempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same key with the same request within 24 hours acts once and answers alike',
    }),
  ),
})

function describe(route: Route): FastifySchema {
  const tag = route.path.split('/')[1] ?? ''
  return {
    summary: route.summary,
    tags: [tag],
    ...(route.body === 'bytes' ? { consumes: ['application/octet-stream'] } : {}),
  } as FastifySchema
}
