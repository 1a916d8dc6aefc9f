import {
  API_BASE,
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
  type Route,
} from '../../src/shared/define-route.ts'
import type { Problem } from '../../src/shared/schemas.ts'
import { type Me, signIn } from '../../src/shared/session.ts'

/** What a call passes, typed by its route; parts the route lacks are left out. */
export type CallWith<R extends Route> = {
  params?: ParamsOf<R>
  query?: QueryOf<R>
  body?: R['body'] extends 'bytes' ? Uint8Array : BodyOf<R>
  headers?: Record<string, string>
}

/** A refused call: status and problem details as the server sent them. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}: ${problem.detail ?? ''}`)
    this.status = status
    this.problem = problem
  }
}

/** A browser-like client of the HTTP API: keeps its cookie and its CSRF token. */
export type ApiClient = {
  baseUrl: string
  cookie: () => string
  setCsrfToken: (token: string) => void
  call: <R extends Route>(route: R, call?: CallWith<R>) => Promise<ReplyOf<R>>
  /** The bare response, whatever its status. */
  fetch: <R extends Route>(route: R, call?: CallWith<R>) => Promise<Response>
  signIn: (email: string, password: string) => Promise<Me>
}

/** How long a call may take before it fails; without it as long as it takes. */
export type ClientOptions = { timeoutMs?: number }

/**
 * Makes a client that is not signed in yet.
 *
 * @param address asked before each call where it is a function: several nodes share the sessions
 */
export function apiClient(address: string | (() => string), { timeoutMs }: ClientOptions = {}): ApiClient {
  const baseUrl = typeof address === 'string' ? () => address : address
  let cookie = ''
  let csrfToken = ''

  async function send<R extends Route>(route: R, call: CallWith<R> = {}): Promise<Response> {
    const response = await fetch(baseUrl() + urlOf(route, call), {
      method: route.method,
      redirect: 'manual',
      headers: { ...sessionHeaders(), ...bodyHeaders(call.body), ...call.headers },
      body: encodeBody(call.body),
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    })
    for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0] ?? ''
    return response
  }

  function sessionHeaders(): Record<string, string> {
    return {
      ...(cookie === '' ? {} : { cookie }),
      ...(csrfToken === '' ? {} : { 'x-csrf-token': csrfToken }),
    }
  }

  async function call<R extends Route>(route: R, given: CallWith<R> = {}): Promise<ReplyOf<R>> {
    const response = await send(route, given)
    if (!response.ok) throw new ApiRefusal(response.status, (await response.json()) as Problem)
    const reply: { csrfToken?: unknown } | undefined =
      response.status === 204 ? undefined : await json(response)
    if (typeof reply?.csrfToken === 'string') csrfToken = reply.csrfToken
    return reply as ReplyOf<R>
  }

  return {
    get baseUrl() {
      return baseUrl()
    },
    cookie: () => cookie,
    setCsrfToken: token => {
      csrfToken = token
    },
    call,
    fetch: send,
    signIn: (email, password) => call(signIn, { body: { email, password } }),
  }
}

function urlOf<R extends Route>(route: R, call: CallWith<R>): string {
  const params = (call.params ?? {}) as Record<string, string | number>
  const path = route.path.replace(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  )
  const query = Object.entries((call.query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  )
  const search = new URLSearchParams(
    query.flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, String(each)])),
  ).toString()
  return `${API_BASE}${path}${search === '' ? '' : `?${search}`}`
}

function bodyHeaders(body: unknown): Record<string, string> {
  if (body === undefined) return {}
  return { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' }
}

function encodeBody(body: unknown): string | Uint8Array<ArrayBuffer> | null {
  if (body === undefined) return null
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

async function json(response: Response): Promise<{ csrfToken?: unknown }> {
  return (await response.json()) as { csrfToken?: unknown }
}
