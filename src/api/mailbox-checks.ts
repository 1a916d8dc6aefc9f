import type { FastifyReply } from 'fastify'
import { describeError } from '../lib/app-error.ts'
import { type CheckOptions, type CheckResult, checkMailbox as check } from '../mailboxes/check-mailbox.ts'
import { normalAddress } from '../mailboxes/connect-mailbox.ts'
import { type DiscoveryNeeds, discoverServers } from '../mailboxes/discover-servers.ts'
import type { Provider } from '../mailboxes/mail-providers.ts'
import type { MailboxNeeds } from '../mailboxes/mailbox-needs.ts'
import {
  checkMailbox,
  discoverMailbox,
  type MailProvider,
  watchMailboxCheck,
} from '../shared/mailbox-checks.ts'
import { type ApiServer, handle } from './handle.ts'

/** `roundTripMs`: how long a test mail may take. `webPorts`: where else than at 443 and 80 a domain is asked, for tests. */
type CheckParts = Omit<MailboxNeeds, 'db' | 'bells'> &
  Pick<DiscoveryNeeds, 'webPorts'> & { roundTripMs?: number }

const ROUND_TRIP_MS = 30_000

/** Registers what is found out before a mailbox is connected: its provider, and the check in one answer or line by line. */
export function registerMailboxChecks(server: ApiServer, needs: CheckParts): void {
  handle(server, discoverMailbox, async ({ body }) => {
    const { provider, ...found } = await discoverServers(needs, normalAddress(body.address))
    return { ...found, provider: presentProvider(provider) }
  })
  handle(server, checkMailbox, async ({ body }) => {
    return presentResult(await check(needs, { ...body, address: normalAddress(body.address) }))
  })
  handle(server, watchMailboxCheck, async ({ body, reply }) => {
    const { testMail, ...connection } = body
    const address = normalAddress(connection.address)
    const gone = new AbortController()
    reply.raw.on('close', () => gone.abort())
    const { signal } = gone
    const send = openStream(reply)
    const { keys, clock, roundTripMs = ROUND_TRIP_MS } = needs
    const options: CheckOptions = {
      signal,
      peek: true,
      onBegin: step => send('begin', { step }),
      onStep: step => send('step', step),
      ...(testMail && { roundTrip: { keys, clock, words: testMail, waitMs: roundTripMs, signal } }),
    }
    try {
      send('done', presentResult(await check(needs, { ...connection, address }, options)))
    } catch (error) {
      // Whoever asked has left, or it is our own fault: the stream ends without `done`, and the page says so.
      if (!signal.aborted) needs.log.error({ err: describeError(error) }, 'mailbox check broke off')
    } finally {
      reply.raw.end()
    }
  })
}

function presentProvider(provider: Provider | null): MailProvider | null {
  if (provider === null) return null
  const { name, signIn, unusable = null, appPasswordUrl = null, enableUrl = null } = provider
  return { name, signIn: [...signIn], unusable, appPasswordUrl, enableUrl }
}

function presentResult({ ok, imap, smtp, username, provider, steps }: CheckResult) {
  return { ok, imap, smtp, username, provider: presentProvider(provider), steps }
}

function openStream(reply: FastifyReply): (event: string, data: object) => void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no', // nginx would hold the lines back
  })
  return (event, data) => {
    if (reply.raw.writableEnded || reply.raw.destroyed) return
    reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}
