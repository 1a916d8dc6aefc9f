import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { RemoteFault } from '../lib/app-error.ts'
import { readAtMost } from '../lib/read-at-most.ts'
import { guardedLookup, resolveAllowed, type Trust } from './host-guard.ts'
import { tlsOptions } from './tls-options.ts'

type Asked = {
  method?: string
  headers?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

const maxBytes = 1_048_576 // a discovery document has 5 kB, a set of keys 10 kB

/**
 * A `fetch` for addresses that an admin typed or a provider named: https only, verified as mail servers are, connected to
 * the very addresses the guard has seen. Follows no redirect, sends no cookie, reads 1 MB at most.
 *
 * @throws RemoteFault `host-not-allowed`, `host-not-found`, `answer-too-large`; whatever Node says of the connection
 */
export function guardedFetch(trust: Trust): (url: string, asked: Asked) => Promise<Response> {
  return async (address, asked) => {
    const url = new URL(address)
    if (url.protocol !== 'https:') {
      throw new RemoteFault('no-encryption', 'only https is asked', { retry: false, host: url.hostname })
    }
    // An address in figures never comes to the lookup of the socket.
    await resolveAllowed(url.hostname.replace(/^\[|\]$/g, ''), trust)
    return await readAnswer(await send(url, asked, trust))
  }
}

async function send(url: URL, asked: Asked, trust: Trust): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = request(
    url,
    {
      ...tlsOptions(trust),
      method: asked.method ?? 'GET',
      headers: { ...asked.headers, 'accept-encoding': 'identity', 'user-agent': 'Letterdesk' },
      lookup: guardedLookup(trust),
      agent: false,
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    },
    resolve,
  )
  sent.on('error', reject)
  sent.end(asked.body === undefined || asked.body === null ? undefined : String(asked.body))
  return await promise
}

async function readAnswer(answer: IncomingMessage): Promise<Response> {
  const tooLarge = () => new RemoteFault('answer-too-large', 'more than 1 MB', { retry: true })
  const bytes = await readAtMost(answer, maxBytes, tooLarge)
  const status = answer.statusCode ?? 0
  const hasNoBody = [204, 205, 304].includes(status)
  const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]],
  )
  return new Response(hasNoBody ? null : bytes, { status, headers })
}
