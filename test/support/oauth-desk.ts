import type { SignedIn } from '../../src/api/handle.ts'
import { registerMailboxes } from '../../src/api/mailboxes.ts'
import { SESSION_COOKIE } from '../../src/api/request-guard.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { registerSignInApps } from '../../src/api/sign-in-apps.ts'
import type { AppError } from '../../src/lib/app-error.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { type ApiClient, type ApiRefusal, apiClient } from './api.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'
import { type SyncDesk, startSyncDesk } from './sync-desk.ts'

/** A desk whose mail servers take tokens of a real OpenID provider, behind its API. */
export type OAuthDesk = SyncDesk & {
  provider: OpenIdProvider
  sink: SmtpSink
  /** Two admins with a session each, and an agent. */
  as: (who: keyof typeof sessionIds) => Pick<ApiClient, 'call' | 'fetch'>
}

const sessionIds = { ada: 1, boris: 2, agent: 3 }
const baseUrl = 'http://localhost:8080'

/** Starts it all; about two seconds. */
export async function startOAuthDesk(): Promise<OAuthDesk> {
  const started: { provider?: OpenIdProvider } = {}
  const desk = await startSyncDesk({
    tokens: async certificates => {
      started.provider = await startOpenIdProvider({ certificates, redirectUri: `${baseUrl}/oauth` })
      return started.provider
    },
  })
  const { provider } = started
  if (provider === undefined) throw new Error('no provider was started')
  const sink = await startSmtpSink({ certificates: desk.certificates, userOf: provider.userOf })
  const log = createLog({ level: 'silent' })
  const sessions = await addSessions(desk)
  const server = await createServer({
    log,
    baseUrl,
    trustProxy: [],
    bodyLimitBytes: 100_000,
    findSession: async token => sessions[token] ?? null,
  })
  const { db, keys, bells, trust } = desk
  const needs = { db, keys, bells, log, clock: systemClock, trust, dnsServers: [] }
  registerMailboxes(server, needs)
  registerSignInApps(server, { ...needs, baseUrl })
  const apiUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  return {
    ...desk,
    provider,
    sink,
    as: who => {
      const client = apiClient(apiUrl)
      const headers = { cookie: `${SESSION_COOKIE}=${who}`, 'x-csrf-token': 'token' }
      return {
        call: (route, given) => client.call(route, { ...given, headers } as typeof given),
        fetch: (route, given) => client.fetch(route, { ...given, headers } as typeof given),
      }
    },
    close: async () => {
      await server.close()
      await sink.stop()
      await desk.close()
      await provider.stop()
    },
  }
}

/** The provider's app as an admin pastes it. */
export function houseApp({ provider }: OAuthDesk) {
  const { issuer, clientId, clientSecret, mailScope } = provider
  return { kind: 'openid' as const, name: 'House', issuer, clientId, clientSecret, scopes: mailScope }
}

/** What a call is refused with, or `accepted`. */
export function refusalOf(call: Promise<unknown>): Promise<ApiRefusal['problem'] | 'accepted'> {
  return call.then(
    () => 'accepted' as const,
    (refusal: ApiRefusal) => refusal.problem,
  )
}

/** The code of a fault of our own, or `accepted`. */
export async function refusalCode(work: Promise<unknown> | undefined): Promise<string> {
  return await (work ?? Promise.resolve()).then(
    () => 'accepted',
    (fault: AppError) => fault.code,
  )
}

async function addSessions({ database }: SyncDesk): Promise<Record<string, SignedIn>> {
  const sessions: Record<string, SignedIn> = {}
  for (const [name, id] of Object.entries(sessionIds)) {
    const role = name === 'agent' ? 'agent' : 'admin'
    await database.pool.query(
      `with who as (insert into agent (email, name, role, state) values ($1, $2, $3, 'active') returning id)
       insert into session (token_hash, agent_id, csrf_token, expires_at)
       select $4, id, 'token', clock_timestamp() + interval '1 day' from who`,
      [`${name}@desk.test`, name, role, Buffer.from(name)],
    )
    sessions[name] = {
      agentId: id,
      role,
      mailboxIds: role === 'admin' ? 'all' : [],
      sessionId: id,
      csrfToken: 'token',
    }
  }
  return sessions
}
