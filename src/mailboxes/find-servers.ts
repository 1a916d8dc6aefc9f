import { Resolver } from 'node:dns/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { RemoteFault } from '../lib/app-error.ts'
import { guardedLookup, resolveAllowed, type Trust } from './host-guard.ts'
import { type Provider, providerOfDomain, providerOfMx } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import { nameNetworkFault } from './network-faults.ts'
import { tlsOptions } from './tls-options.ts'

/** Where the mail of an address may be: known from a table, or guessed and to be tried in this order. */
export type ServerChoice = {
  imap: MailServer[]
  smtp: MailServer[]
  /** Whether the provider puts what it sends into Sent by itself. */
  sentCopy: 'append' | 'by_server'
}

const reachTimeoutMs = 4_000
const lookupTimeoutMs = 2_000

/**
 * Names the servers of an address: by its domain in `config/mail-providers.json`, by its MX in the same
 * table, else imap. and mail. of the domain at 993 and 143, smtp. and mail. at 465 and 587.
 */
export async function chooseServers(address: string): Promise<ServerChoice> {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const known = providerOfDomain(domain) ?? (await findByMx(domain))
  if (known?.imap !== undefined && known.smtp !== undefined) {
    return { imap: [known.imap], smtp: [known.smtp], sentCopy: known.sentCopy ?? 'append' }
  }
  const at = (hosts: string[], doors: Omit<MailServer, 'host'>[]) =>
    doors.flatMap(door => hosts.map(host => ({ host: `${host}.${domain}`, ...door })))
  return {
    imap: at(
      ['imap', 'mail'],
      [
        { port: 993, security: 'tls' },
        { port: 143, security: 'starttls' },
      ],
    ),
    smtp: at(
      ['smtp', 'mail'],
      [
        { port: 465, security: 'tls' },
        { port: 587, security: 'starttls' },
      ],
    ),
    sentCopy: 'append',
  }
}

/**
 * The first of these servers that can be connected, with a verified certificate where TLS comes first;
 * all are tried at once, for at most 4 s. No password is involved.
 *
 * @throws RemoteFault of the server that came nearest to an answer, the first's with `addresses` of one
 */
export async function findReachable(addresses: readonly MailServer[], trust: Trust): Promise<MailServer> {
  const tried = await Promise.allSettled(addresses.map(address => reach(address, trust)))
  const faults: unknown[] = []
  for (const [at, result] of tried.entries()) {
    const address = addresses[at]
    if (result.status === 'fulfilled' && address !== undefined) return address
    if (result.status === 'rejected') faults.push(result.reason)
  }
  const named = faults.map(fault => nameNetworkFault(fault) ?? unnamed(fault))
  throw named.sort((a, b) => nearness(b.code) - nearness(a.code))[0] ?? unnamed(undefined)
}

/** Connects and, where TLS comes first, verifies the certificate; then hangs up. */
async function reach({ host, port, security }: MailServer, trust: Trust): Promise<void> {
  await resolveAllowed(host, trust)
  const wire = { host, port, lookup: guardedLookup(trust), autoSelectFamily: true }
  const socket: Socket = security === 'tls' ? connectTls({ ...tlsOptions(trust), ...wire }) : connectTcp(wire)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once(security === 'tls' ? 'secureConnect' : 'connect', () => resolve())
  socket.on('error', reject)
  socket.on('close', () => reject(new RemoteFault('connection-lost', 'hung up', { retry: true })))
  const timer = setTimeout(
    () => reject(new RemoteFault('connection-timeout', 'no answer', { retry: true })),
    reachTimeoutMs,
  )
  try {
    await promise
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

/** A certificate that does not fit says more than a closed port, and that more than a name nobody has. */
function nearness(code: string): number {
  const order = ['host-not-found', 'host-not-allowed', 'host-unreachable', 'connection-timeout']
  const rank = [...order, 'connection-refused', 'connection-lost', 'wrong-tls-mode'].indexOf(code)
  return rank < 0 ? Number.POSITIVE_INFINITY : rank
}

function unnamed(cause: unknown): RemoteFault {
  return new RemoteFault('connection-lost', 'the server cannot be reached', { retry: true }, { cause })
}

async function findByMx(domain: string): Promise<Provider | undefined> {
  const resolver = new Resolver({ timeout: lookupTimeoutMs, tries: 1 })
  try {
    const hosts = (await resolver.resolveMx(domain)).map(mx => mx.exchange.toLowerCase())
    return providerOfMx(hosts)
  } catch {
    // Without an answer the domain is guessed at, which says the same more slowly.
    return undefined
  }
}
