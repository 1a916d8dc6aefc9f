import { getMailbox } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { startDovecot } from '../support/dovecot.ts'
import { startLetterdesk } from '../support/letterdesk.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'
import { describeMachine, type Machine } from './describe-machine.ts'
import { measureArrival } from './measure-arrival.ts'
import type { Spread } from './percentiles.ts'
import { type CpuUse, residentMb, watchProcesses } from './process-use.ts'

/** How much to measure; everything random follows from `seed`. */
export type IdleSizes = { mailboxes: number; deliveries: number; restSeconds: number; seed: number }

/** What many idle mailboxes cost one process, and how long mail for one of them takes. */
export type IdleReport = {
  machine: Machine
  sizes: IdleSizes
  connectedPerSecond: number
  /** How many of them Dovecot tells of new mail by itself. */
  inIdle: number
  /** From the start of the process until each of them has been fetched. */
  restartMs: number
  firstMb: number
  allMb: number
  /** CPU time in 1,000 ms of rest. */
  restMs: CpuUse
  arrival: Spread
}

const atOnce = 8

/**
 * Connects so many mailboxes of one Dovecot as an admin does, starts the product again, lets it rest, and then
 * delivers to some of them.
 *
 * @param say hears what is being done, for people who wait
 */
export async function measureIdle(sizes: IdleSizes, say: (line: string) => void): Promise<IdleReport> {
  const machine = await describeMachine()
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const product = await startLetterdesk({ caFile: certificates.caFile })
  try {
    const owner = await product.owner()
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    const addresses = Array.from({ length: sizes.mailboxes }, (_, at) => `box${at}@idle.test`)
    say(`connecting ${sizes.mailboxes} mailboxes`)
    const beganMs = performance.now()
    const [first = '', ...others] = addresses
    const firstId = (await connect(owner, servers, { address: first })).id
    await fetchedSince(owner, [firstId], 0)
    const firstMb = residentMb(product.pid())
    const ids = [firstId, ...(await connectAll(owner, servers, others))]
    const connectedPerSecond = (sizes.mailboxes * 1000) / (performance.now() - beganMs)
    say('starting anew')
    await product.kill('SIGTERM')
    const restartedMs = performance.now()
    const restartedAt = Date.now()
    await product.start()
    const again = await product.owner()
    await fetchedSince(again, ids, restartedAt)
    const restartMs = performance.now() - restartedMs
    say(`at rest for ${sizes.restSeconds} s`)
    const restMs = await measureRest(product.pid(), sizes.restSeconds)
    const allMb = residentMb(product.pid())
    const modes = await Promise.all(
      ids.map(async id => (await again.call(getMailbox, { params: { id } })).fetchMode),
    )
    say(`${sizes.deliveries} deliveries`)
    const arrival = await measureArrival(again, { ...sizes, dovecot, addresses })
    const inIdle = modes.filter(mode => mode === 'idle').length
    return { machine, sizes, connectedPerSecond, inIdle, restartMs, firstMb, allMb, restMs, arrival }
  } finally {
    await product.stop()
    await Promise.all([dovecot.stop(), sink.stop(), certificates.remove()])
  }
}

async function connectAll(
  owner: ApiClient,
  servers: Parameters<typeof connect>[1],
  addresses: readonly string[],
): Promise<number[]> {
  const waiting = [...addresses]
  const ids: number[] = []
  const hand = async (): Promise<void> => {
    for (let address = waiting.pop(); address !== undefined; address = waiting.pop())
      ids.push((await connect(owner, servers, { address })).id)
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
  return ids
}

async function fetchedSince(owner: ApiClient, ids: readonly number[], sinceMs: number): Promise<void> {
  const waiting = new Set(ids)
  await waitUntil(
    'each mailbox to be fetched',
    async () => {
      for (const id of waiting) {
        const { fetchedAt } = await owner.call(getMailbox, { params: { id } })
        if (fetchedAt === null || Date.parse(fetchedAt) < sinceMs) return undefined
        waiting.delete(id)
      }
      return true
    },
    { withinMs: 300_000, everyMs: 100 },
  )
}

async function measureRest(pid: number, seconds: number): Promise<CpuUse> {
  const watch = watchProcesses(pid)
  // time passes: rest is what is measured
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  const { cpuMs } = watch.end()
  return {
    node: cpuMs.node / seconds,
    readers: cpuMs.readers / seconds,
    postgres: cpuMs.postgres / seconds,
  }
}
