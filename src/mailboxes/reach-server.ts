import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { RemoteFault } from '../lib/app-error.ts'
import { askForTls } from './ask-for-tls.ts'
import { guardedLookup, resolveAllowed, type Trust } from './host-guard.ts'
import type { MailServer } from './mail-server.ts'
import { nameNetworkFault } from './network-faults.ts'
import { certificateOf, type ServerCertificate } from './server-certificate.ts'
import { isPinned, tlsOptions } from './tls-options.ts'

/** A server that answers and proves who it is. `switched` when it is not the one that was asked for. */
export type Reached = {
  server: MailServer
  tlsVersion: string
  certificate: ServerCertificate
  connectMs: number
  secureMs: number
  switched: boolean
}

/** How far an attempt came: `connect` before TCP stood, `secure` after. */
export type ReachFault = {
  fault: RemoteFault
  stage: 'connect' | 'secure'
  server: MailServer
  tookMs: number
}

export type ServerKind = 'imap' | 'smtp'

type Attempt = { ok: true; reached: Reached } | ({ ok: false } & ReachFault)
type Context = { kind: ServerKind; trust: Trust; nowMs: () => number }

const TCP_MS = 4_000
const TLS_MS = 4_000
const DOORS: Record<ServerKind, readonly Omit<MailServer, 'host'>[]> = {
  imap: [
    { port: 993, security: 'tls' },
    { port: 143, security: 'starttls' },
  ],
  smtp: [
    { port: 465, security: 'tls' },
    { port: 587, security: 'starttls' },
  ],
}
// What another door of the same house may mend.
const SWITCHABLE = ['wrong-tls-mode', 'connection-refused', 'connection-timeout', 'no-encryption']

/**
 * Finds the first of these servers that can be connected and proves who it is, by TLS from the first byte or after
 * STARTTLS; where none can, tries the same hosts with the other kind of encryption and at the other usual port. No
 * password is involved: the connection is only looked at, and closed.
 *
 * @returns never rejects: what was reached, or the attempt that came furthest
 */
export async function reachServer(
  kind: ServerKind,
  servers: readonly MailServer[],
  needs: { trust: Trust; nowMs: () => number },
): Promise<Attempt> {
  const context = { kind, ...needs }
  const asked = await firstOf(servers, context)
  if (asked.ok || !SWITCHABLE.includes(asked.fault.code)) return asked
  const others = servers.flatMap(server => otherDoors(kind, server)).filter(isNew(servers))
  const other = others.length === 0 ? asked : await firstOf(others, context)
  if (other.ok) return { ok: true, reached: { ...other.reached, switched: true } }
  // What became of the door that was asked for is what the person typed; only a certificate there says more.
  return other.fault.code.startsWith('certificate-') ? other : asked
}

function otherDoors(kind: ServerKind, server: MailServer): MailServer[] {
  const opposite = { ...server, security: server.security === 'tls' ? 'starttls' : 'tls' } as const
  return [opposite, ...DOORS[kind].map(door => ({ ...server, ...door }))]
}

const isNew = (known: readonly MailServer[]) => (server: MailServer, at: number, all: MailServer[]) => {
  const isSame = (other: MailServer) =>
    other.host === server.host && other.port === server.port && other.security === server.security
  return !known.some(isSame) && all.findIndex(isSame) === at
}

/** All at once; the first of the list that is good, else the one that came furthest. */
async function firstOf(servers: readonly MailServer[], context: Context): Promise<Attempt> {
  const attempts = servers.map(server => attempt(server, context))
  const failed: (Attempt & { ok: false })[] = []
  for (const one of attempts) {
    const result = await one
    if (result.ok) return result
    failed.push(result)
  }
  return furthest(failed)
}

// A certificate that does not fit says more than a closed port, and that more than a name nobody has.
const NEARNESS = [
  'host-not-found',
  'host-not-allowed',
  'host-unreachable',
  'connection-timeout',
  'connection-refused',
  'connection-lost',
  'wrong-tls-mode',
]

function furthest(failed: readonly Attempt[]): Attempt {
  const nearness = (one: Attempt) => {
    const rank = one.ok ? -1 : NEARNESS.indexOf(one.fault.code)
    return rank < 0 ? Number.POSITIVE_INFINITY : rank
  }
  const [best] = [...failed].sort((a, b) => nearness(b) - nearness(a))
  if (best !== undefined) return best
  const fault = new RemoteFault('no-mail-server', 'there is no server to try', { retry: false })
  return { ok: false, fault, stage: 'connect', server: { host: '', port: 0, security: 'tls' }, tookMs: 0 }
}

async function attempt(server: MailServer, { kind, trust, nowMs }: Context): Promise<Attempt> {
  const beganMs = nowMs()
  let connectMs: number | undefined
  let socket: Socket | undefined
  try {
    const plain = await openTcp(server, trust)
    socket = plain
    connectMs = nowMs() - beganMs
    const secured = await within(TLS_MS, plain, async () => {
      if (server.security === 'starttls') await askForTls(kind, plain)
      return await secure(plain, server, trust)
    })
    socket = secured
    const { certificate, tlsVersion } = judge(secured, server)
    const secureMs = nowMs() - beganMs - connectMs
    return { ok: true, reached: { server, tlsVersion, certificate, connectMs, secureMs, switched: false } }
  } catch (error) {
    const fault =
      nameNetworkFault(error) ??
      new RemoteFault('connection-lost', 'hung up', { retry: true }, { cause: error })
    return {
      ok: false,
      fault,
      stage: connectMs === undefined ? 'connect' : 'secure',
      server,
      tookMs: nowMs() - beganMs,
    }
  } finally {
    socket?.destroy()
  }
}

async function openTcp({ host, port }: MailServer, trust: Trust): Promise<Socket> {
  await resolveAllowed(host, trust)
  const socket = connectTcp({ host, port, lookup: guardedLookup(trust), autoSelectFamily: true })
  return await within(TCP_MS, socket, async () => {
    const { promise, resolve } = Promise.withResolvers<Socket>()
    socket.once('connect', () => resolve(socket))
    return await promise
  })
}

/** The certificate is looked at whatever it is, so that a person can be told of it; nothing is sent over it. */
async function secure(socket: Socket, { host, certificate }: MailServer, trust: Trust): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
  const secured = connectTls({
    ...tlsOptions(trust, certificate),
    socket,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : { host }),
  })
  secured.once('secureConnect', () => resolve(secured))
  secured.on('error', reject)
  return await promise
}

function judge(
  secured: TLSSocket,
  server: MailServer,
): { certificate: ServerCertificate; tlsVersion: string } {
  const certificate = certificateOf(secured)
  if (certificate === null)
    throw new RemoteFault('no-encryption', 'the server shows no certificate', { retry: true })
  const pinned = server.certificate
  const isOther = pinned !== undefined && !isPinned(certificate.sha256, pinned)
  if (secured.authorized && !isOther) return { certificate, tlsVersion: secured.getProtocol() ?? '' }
  const code = String(secured.authorizationError ?? 'CERT_UNTRUSTED')
  const named = nameNetworkFault(Object.assign(new Error(code), { code }))
  throw new RemoteFault(isOther ? 'certificate-changed' : (named?.code ?? 'certificate-untrusted'), code, {
    retry: true,
    certificate,
  })
}

/** Runs one stretch of a connection under a deadline; a fault or end of the socket ends it as well. */
async function within<Result>(limitMs: number, socket: Socket, work: () => Promise<Result>): Promise<Result> {
  const broken = Promise.withResolvers<never>()
  const onError = (error: Error) => broken.reject(error)
  const onClose = () => broken.reject(new RemoteFault('connection-lost', 'hung up', { retry: true }))
  socket.on('error', onError).on('close', onClose)
  const timer = setTimeout(() => {
    broken.reject(new RemoteFault('connection-timeout', 'no answer', { retry: true }))
    socket.destroy()
  }, limitMs)
  try {
    return await Promise.race([work(), broken.promise])
  } finally {
    clearTimeout(timer)
    socket.off('close', onClose)
  }
}
