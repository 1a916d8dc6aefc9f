import { API_BASE } from '../../src/shared/define-route.ts'
import { streamEvents } from '../../src/shared/live.ts'
import type { ApiClient } from '../support/api.ts'
import type { Dovecot } from '../support/dovecot.ts'
import { type EventStream, openEventStream } from '../support/event-stream.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type Spread, spreadOf } from './percentiles.ts'

const mostPauseMs = 400 // so that deliveries meet the watcher at any moment of its round

/** Where mail goes, one after the other, and how often; more than one address take turns by chance. */
type ArrivalSetUp = { dovecot: Dovecot; addresses: readonly string[]; deliveries: number; seed: number }

/**
 * The time from handing a mail to LMTP (connecting included) to the server-sent event of its new
 * ticket at a client, one mail after the other.
 */
export async function measureArrival(agent: ApiClient, from: ArrivalSetUp): Promise<Spread> {
  const stream = await openEventStream(`${agent.baseUrl}${API_BASE}${streamEvents.path}`, {
    cookie: agent.cookie(),
  })
  const random = seededRandom(from.seed)
  const timesMs: number[] = []
  try {
    for (let at = 0; at < from.deliveries; at++) {
      // time passes: the next customer writes a moment later, not in step with our rounds
      await new Promise(resolve => setTimeout(resolve, random() * mostPauseMs))
      const address = from.addresses[Math.floor(random() * from.addresses.length)] ?? ''
      timesMs.push(await timeOne(stream, { ...from, address }, at))
    }
  } finally {
    stream.close()
  }
  return spreadOf(timesMs)
}

async function timeOne(
  stream: EventStream,
  { dovecot, address, seed }: Pick<ArrivalSetUp, 'dovecot' | 'seed'> & { address: string },
  at: number,
): Promise<number> {
  const known = hintedTickets(stream)
  const raw = rawMail({
    from: `customer${at}@arrival.test`, // a storm of one sender would be one ticket
    subject: `Arrival ${at}`,
    messageId: `arrival-${seed}-${at}@customer.test`,
  })
  const beganMs = performance.now()
  await dovecot.deliver(raw, [address])
  await waitUntil('the event of a new ticket', () => hintedTickets(stream).size > known.size || undefined, {
    withinMs: 30_000,
    everyMs: 1,
  })
  return performance.now() - beganMs
}

function hintedTickets(stream: EventStream): Set<unknown> {
  return new Set(stream.events.filter(one => one.event === 'hint').map(one => one.data.number))
}
