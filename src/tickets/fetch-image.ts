import { get as getPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as getSecure } from 'node:https'
import { RemoteFault } from '../lib/app-error.ts'
import { readAtMost } from '../lib/read-at-most.ts'
import { guardedLookup, resolveAllowed, type Trust } from '../mailboxes/host-guard.ts'
import { tlsOptions } from '../mailboxes/tls-options.ts'
import { type RasterType, rasterTypeOf } from './file-type.ts'

/** A picture from elsewhere, known by its bytes. */
export type FetchedImage = { bytes: Buffer; type: RasterType }

const limitMs = 10_000
const maxBytes = 5 * 1_048_576
const maxRedirects = 3

/**
 * Fetches a picture that a mail shows from elsewhere, so that its sender learns neither who looks nor from
 * where: without cookies, referrer or any word of the agent. The guard looks at the address that is
 * connected, at each redirect anew; 10 seconds and 5 MB at most, nothing compressed.
 *
 * @param url http or https
 * @param trust whose private networks may be reached: none, but for tests
 * @throws RemoteFault `image-not-shown` for whatever is no picture in time, `host-not-allowed`, `host-not-found`
 */
export async function fetchImage(url: string, trust: Trust): Promise<FetchedImage> {
  const signal = AbortSignal.timeout(limitMs)
  let target = url
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const answer = await ask(target, { trust, signal })
    const { statusCode = 0, headers } = answer
    if (statusCode === 200 && headers['content-encoding'] === undefined) return await readImage(answer)
    answer.destroy()
    const next = isRedirect(statusCode) ? URL.parse(headers.location ?? '', target) : null
    if (next === null) throw notShown(`status ${statusCode}`)
    target = next.href
  }
  throw notShown('too many redirects')
}

type Limits = { trust: Trust; signal: AbortSignal }

async function ask(target: string, { trust, signal }: Limits): Promise<IncomingMessage> {
  const url = URL.parse(target)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw notShown('address')
  // An address in figures never comes to the lookup of the socket.
  await resolveAllowed(url.hostname.replace(/^\[|\]$/g, ''), trust)
  const options: RequestOptions = {
    lookup: guardedLookup(trust),
    signal,
    agent: false,
    headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Letterdesk image proxy' },
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request =
    url.protocol === 'http:'
      ? getPlain(withoutSignIn(url), options, resolve)
      : getSecure(withoutSignIn(url), { ...options, ...tlsOptions(trust) }, resolve)
  request.on('error', error => reject(error instanceof RemoteFault ? error : notShown('connection', error)))
  return await promise
}

/** A name and password in an address are none of ours to send. */
function withoutSignIn(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

async function readImage(answer: IncomingMessage): Promise<FetchedImage> {
  const bytes = await readAtMost(answer, maxBytes, () => notShown('size')).catch(error => {
    throw error instanceof RemoteFault ? error : notShown('connection', error)
  })
  const type = rasterTypeOf(bytes)
  if (type === undefined) throw notShown('type')
  return { bytes, type }
}

function notShown(why: string, cause?: unknown): RemoteFault {
  return new RemoteFault(
    'image-not-shown',
    'the picture could not be fetched',
    { retry: false, why },
    { cause },
  )
}
