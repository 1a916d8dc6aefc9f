import type { Static, TSchema } from 'typebox'

/**
 * Who may call a route. `anyone` needs no session; `agent` any signed-in agent; `admin` an admin or the
 * owner; `owner` the owner alone. What an agent may reach of a mailbox is decided on top by `agents/can.ts`.
 */
export type Access = 'anyone' | 'agent' | 'admin' | 'owner'

/** What a route answers with when all is well: JSON by schema, nothing (204), or a stream of bytes. */
export type RouteReply = TSchema | 'nothing' | 'bytes' | 'events'

/** One route: method, path and schemas, written once for server, browser, tests and OpenAPI. */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below `/api/v1`, with `:name` parameters. */
  path: string
  access: Access
  summary: string
  params?: TSchema
  query?: TSchema
  /** A schema for JSON, or `bytes` for a raw upload. */
  body?: TSchema | 'bytes'
  reply: RouteReply
  /** Takes an `Idempotency-Key`: the same key and request within 24 hours act once and answer alike. */
  isIdempotent?: true
}

/** Where every route of the API starts. */
export const API_BASE = '/api/v1'

/** Keeps the exact type of a route value, so that handlers and callers are checked against it. */
export function defineRoute<const R extends Route>(route: R): R {
  return route
}

type StaticOf<S> = S extends TSchema ? Static<S> : undefined
export type ParamsOf<R extends Route> = StaticOf<R['params']>
export type QueryOf<R extends Route> = StaticOf<R['query']>
export type BodyOf<R extends Route> = R['body'] extends 'bytes' ? Uint8Array : StaticOf<R['body']>
export type ReplyOf<R extends Route> = R['reply'] extends TSchema ? Static<R['reply']> : undefined
