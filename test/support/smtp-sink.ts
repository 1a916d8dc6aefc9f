import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { SMTPServer, SMTPServerOptions } from 'smtp-server'
import { type CertificateKind, type Certificates, makeCertificates } from './certificates.ts'
import type { Accepted } from './sink-log.ts'
import type { SinkEvent, SinkRule } from './sink-rules.ts'
import { createSinkServer, type SinkState } from './sink-server.ts'

/** A real SMTP server that keeps what it accepts. Any user signs in with `secret`, under TLS only. */
export type SmtpSink = {
  host: string
  /** STARTTLS */
  port: number
  /** TLS from the first byte */
  tlsPort: number
  caFile: string
  ca: string
  accepted: Accepted[]
  /** Every question the rule was asked, so also every attempt that failed. */
  events: SinkEvent[]
  /** The first accepted mail the predicate takes, now or later; fails after `timeoutMs` (10 s). */
  waitFor(predicate: (mail: Accepted) => boolean, timeoutMs?: number): Promise<Accepted>
  /** From now on the rule decides; without one the sink is a healthy server again. */
  behave(rule?: SinkRule): void
  setPassword(user: string, password: string): void
  /** Whether the connection of that `SinkEvent.session` still stands. */
  isOpen(session: string): boolean
  stop(): Promise<void>
}

export type SmtpSinkOptions = {
  certificates?: Certificates
  certificate?: CertificateKind
  /** A line per accepted mail, written before the 250. */
  logFile?: string
  rule?: SinkRule
  /** Whose access token it is: with it people sign in by XOAUTH2 too. */
  userOf?: (accessToken: string) => Promise<string | undefined>
  /** Announced by SIZE (RFC 1870) and kept by 552. */
  sizeLimitBytes?: number
  server?: SMTPServerOptions
}

const HOST = '127.0.0.1'

/** Starts both listeners on free loopback ports. Bare CR or LF in DATA is refused (CVE-2023-51764). */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const certificates = options.certificates ?? (await makeCertificates())
  const state: SinkState = {
    rule: options.rule ?? (() => undefined),
    passwords: new Map(),
    accepted: [],
    events: [],
    logFile: options.logFile,
    userOf: options.userOf,
    arrivals: new Set(),
    stopped: new AbortController(),
  }
  const { key, cert } = certificates[options.certificate ?? 'server']
  const settings: SMTPServerOptions = {
    key,
    cert,
    ...(options.userOf === undefined ? {} : { authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'] }),
    ...(options.sizeLimitBytes === undefined ? {} : { size: options.sizeLimitBytes }),
    ...options.server,
  }
  const servers = [createSinkServer(state, settings), createSinkServer(state, { ...settings, secure: true })]
  const [port = 0, tlsPort = 0] = await Promise.all(servers.map(listen))
  return {
    host: HOST,
    port,
    tlsPort,
    caFile: certificates.caFile,
    ca: certificates.ca,
    accepted: state.accepted,
    events: state.events,
    waitFor: (predicate, timeoutMs = 10_000) => waitForMail(state, predicate, timeoutMs),
    behave: (rule = () => undefined) => {
      state.rule = rule
    },
    setPassword: (user, password) => {
      state.passwords.set(user, password)
    },
    isOpen: session =>
      servers.some(server => [...server.connections].some(connection => connection.id === session)),
    stop: async () => {
      state.stopped.abort()
      await Promise.all(servers.map(close))
      if (!options.certificates) await certificates.remove()
    },
  }
}

async function listen(server: SMTPServer): Promise<number> {
  const listener = server.listen(0, HOST)
  await once(listener, 'listening')
  return (listener.address() as AddressInfo).port
}

async function close(server: SMTPServer): Promise<void> {
  for (const connection of server.connections) connection._socket.destroy()
  await new Promise<void>(closed => server.close(() => closed()))
}

async function waitForMail(
  state: SinkState,
  predicate: (mail: Accepted) => boolean,
  timeoutMs: number,
): Promise<Accepted> {
  const here = state.accepted.find(predicate)
  if (here) return here
  return new Promise((resolve, reject) => {
    const look = (mail: Accepted): void => {
      if (predicate(mail)) end(() => resolve(mail))
    }
    const seen = (): string => state.events.map(({ stage, recipient }) => recipient ?? stage).join(', ')
    const timer = setTimeout(
      () =>
        end(() =>
          reject(
            new Error(
              `no such mail within ${timeoutMs} ms; ${state.accepted.length} accepted; seen: ${seen()}`,
            ),
          ),
        ),
      timeoutMs,
    )
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      state.arrivals.delete(look)
      settle()
    }
    state.arrivals.add(look)
  })
}
