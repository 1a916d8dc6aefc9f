import type { FastifyReply } from 'fastify'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { type CheckResult, checkMailbox as check } from '../mailboxes/check-mailbox.ts'
import type { CheckStep, CheckWatch } from '../mailboxes/check-steps.ts'
import { normalAddress, tryConnected } from '../mailboxes/connect-mailbox.ts'
import { type DiscoveryNeeds, discoverServers } from '../mailboxes/discover-servers.ts'
import type { MailboxNeeds } from '../mailboxes/mailbox-needs.ts'
import { providerView } from '../mailboxes/provider-view.ts'
import type { RoundTripNeeds } from '../mailboxes/round-trip.ts'
import {
  checkMailbox,
  discoverMailbox,
  watchConnectedCheck,
  watchMailboxCheck,
} from '../shared/mailbox-checks.ts'
import { type ApiServer, handle } from './handle.ts'

/** `roundTripMs`: how long a test mail may take. `webPorts`: where else than at 443 and 80 a domain is asked, for tests. */
type CheckParts = Omit<MailboxNeeds, 'bells'> & Pick<DiscoveryNeeds, 'webPorts'> & { roundTripMs?: number }

const ROUND_TRIP_MS = 30_000

/**
 * Registers what is found out of a mailbox: its provider, and the check in one answer or line by line, also once it is
 * connected.
 */
export function registerMailboxChecks(server: ApiServer, needs: CheckParts): void {
  handle(server, discoverMailbox, async ({ body }) => {
    const { provider, ...found } = await discoverServers(needs, normalAddress(body.address))
    return { ...found, provider: providerView(provider) }
  })
  handle(server, checkMailbox, async ({ body }) => {
    return presentResult(await check(needs, { ...body, address: normalAddress(body.address) }))
  })
  handle(server, watchMailboxCheck, async ({ body, reply }) => {
    const { testMail, ...connection } = body
    const address = normalAddress(connection.address)
    await stream(reply, needs.log, async watch => {
      const roundTrip = testMail && { roundTrip: roundTripOf(needs, testMail, watch.signal) }
      return await check(needs, { ...connection, address }, { ...watch, peek: true, ...roundTrip })
    })
  })
  handle(server, watchConnectedCheck, async ({ params: { id }, body, reply }) => {
    await stream(reply, needs.log, async watch => {
      const roundTrip = roundTripOf(needs, body.testMail, watch.signal)
      return await tryConnected(needs, id, { ...watch, roundTrip })
    })
  })
}

function roundTripOf(
  { keys, clock, roundTripMs = ROUND_TRIP_MS }: CheckParts,
  words: RoundTripNeeds['words'],
  signal: AbortSignal,
): RoundTripNeeds {
  return { keys, clock, words, waitMs: roundTripMs, signal }
}

type Watch = Required<CheckWatch>

/** Tells the lines of a check as they are done. What fails before the first one is answered like anywhere. */
async function stream(
  reply: FastifyReply,
  log: Log,
  work: (watch: Watch) => Promise<CheckResult>,
): Promise<void> {
  const gone = new AbortController()
  reply.raw.on('close', () => gone.abort())
  const { signal } = gone
  let opened: ReturnType<typeof openStream> | undefined
  const send: ReturnType<typeof openStream> = (event, data) => {
    opened ??= openStream(reply)
    opened(event, data)
  }
  try {
    const watch = {
      signal,
      onBegin: (step: CheckStep['step']) => send('begin', { step }),
      onStep: (step: CheckStep) => send('step', step),
    }
    send('done', presentResult(await work(watch)))
  } catch (error) {
    if (opened === undefined) throw error
    // Whoever asked has left, or it is our own fault: the stream ends without `done`, and the page says so.
    if (!signal.aborted) log.error({ err: describeError(error) }, 'mailbox check broke off')
  }
  reply.raw.end()
}

function presentResult({ ok, imap, smtp, username, provider, steps }: CheckResult) {
  return { ok, imap, smtp, username, provider: providerView(provider), steps }
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
