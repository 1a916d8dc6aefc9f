import type { BodyOf } from '../shared/define-route.ts'
import { API_BASE, type ParamsOf, type QueryOf, type ReplyOf, type Route } from '../shared/define-route.ts'
import type { Problem } from '../shared/schemas.ts'
import { nextTurn } from './next-turn.ts'

type Part<K extends string, V> = [V] extends [undefined] ? unknown : { [P in K]: V }
type SentBody<R extends Route> = R['body'] extends 'bytes' ? Blob : BodyOf<R>

/** What a call of a route must bring: only the parts the route has. */
export type CallInput<R extends Route> = Part<'params', ParamsOf<R>> &
  Part<'query', QueryOf<R>> &
  Part<'body', SentBody<R>> &
  (R['isIdempotent'] extends true ? { idempotencyKey: string } : unknown)

/** Calls a route of the shared contract; rejects with `CallFailed` on every refusal. */
export type Call = <R extends Route>(
  route: R,
  ...input: keyof CallInput<R> extends never ? [] : [CallInput<R>]
) => Promise<ReplyOf<R>>

/**
 * A call that was refused or never arrived. `code` is that of the problem details (RFC 9457), or
 * `unreachable` when no answer came; `fault.<code>` in the catalogues words it.
 */
export class CallFailed extends Error {
  readonly code: string
  /** 0 when no answer came. */
  readonly status: number
  readonly problem: Problem | undefined

  constructor(code: string, status: number, problem?: Problem, options?: ErrorOptions) {
    super(`${status} ${code}`, options)
    this.name = 'CallFailed'
    this.code = code
    this.status = status
    this.problem = problem
  }
}

type LooseInput = { params?: object; query?: object; body?: unknown; idempotencyKey?: string }

/**
 * Makes the one function that talks to the API: same origin, session cookie, and the CSRF token of the
 * signed-in agent on every call that changes something.
 *
 * @param appBase where the app lives, ending in `/` (the page's base address)
 * @param onSignedOut told when the session has ended (`not-signed-in`)
 */
export function createCall(setting: {
  appBase: string
  csrfToken: () => string | undefined
  onSignedOut: () => void
}): Call {
  return async (route: Route, ...rest: readonly unknown[]) => {
    const input = (rest[0] ?? {}) as LooseInput
    const answer = await reach(apiUrl(setting.appBase, route.path, input), {
      method: route.method,
      headers: headersFor(route, input, setting.csrfToken()),
      credentials: 'same-origin',
      ...bodyFor(route, input),
    })
    if (!answer.ok) {
      const failure = await failureOf(answer)
      if (failure.code === 'not-signed-in' && route.access !== 'anyone') setting.onSignedOut()
      throw failure
    }
    if (answer.status === 204 || typeof route.reply === 'string') return undefined as never
    return (await answer.json()) as never
  }
}

/** One server-sent event of an answer. */
export type AnswerEvent = { event: string; data: unknown }

/**
 * Sends a body and tells each event of the answer as it comes; resolves when the answer ends.
 *
 * @throws CallFailed
 */
export async function postForEvents(
  url: string,
  sent: { body: object; csrfToken: string; signal: AbortSignal },
  onEvent: (event: AnswerEvent) => void,
): Promise<void> {
  const answer = await reach(url, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream, application/problem+json',
      'content-type': 'application/json',
      'x-csrf-token': sent.csrfToken,
    },
    body: JSON.stringify(sent.body),
    credentials: 'same-origin',
    signal: sent.signal,
  })
  if (!answer.ok) throw await failureOf(answer)
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let read = await nextPiece(reader); read !== undefined; read = await nextPiece(reader)) {
    const blocks = (rest + read).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? []
      if (event !== undefined && data !== undefined) onEvent({ event, data: JSON.parse(data) })
    }
  }
}

async function nextPiece(
  reader: ReadableStreamDefaultReader<string> | undefined,
): Promise<string | undefined> {
  try {
    return (await reader?.read())?.value
  } catch (cause) {
    throw new CallFailed('unreachable', 0, undefined, { cause })
  }
}

/** The address of a route below the app's base, for links and frames as well as for calls. */
export function apiUrl(
  appBase: string,
  path: string,
  input: { params?: object; query?: object } = {},
): string {
  const params = new Map(Object.entries(input.params ?? {}))
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params.get(name))))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    for (const each of [value].flat()) if (each !== undefined) query.append(name, String(each))
  }
  const search = query.size > 0 ? `?${query}` : ''
  return `${appBase.replace(/\/$/, '')}${API_BASE}${filled}${search}`
}

function headersFor(route: Route, input: LooseInput, csrfToken: string | undefined): Headers {
  const headers = new Headers({ accept: 'application/json' })
  if (route.method !== 'GET' && csrfToken !== undefined) headers.set('x-csrf-token', csrfToken)
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey)
  if (route.body === 'bytes') headers.set('content-type', 'application/octet-stream')
  else if (input.body !== undefined) headers.set('content-type', 'application/json')
  return headers
}

function bodyFor(route: Route, input: LooseInput): { body?: Blob | string } {
  if (input.body === undefined) return {}
  return { body: route.body === 'bytes' ? (input.body as Blob) : JSON.stringify(input.body) }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  // What a key has brought is painted before anything is asked for: each question takes the page a millisecond.
  await nextTurn()
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new CallFailed('unreachable', 0, undefined, { cause })
  }
}

async function failureOf(answer: Response): Promise<CallFailed> {
  try {
    const problem = (await answer.json()) as Problem
    return new CallFailed(problem.code ?? 'unexpected', answer.status, problem)
  } catch (cause) {
    return new CallFailed('unexpected', answer.status, undefined, { cause })
  }
}
