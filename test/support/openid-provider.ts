import { generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import type { Certificates } from './certificates.ts'

/** How the person at the provider's page decides. */
export type Decision = {
  /** Who signs in; by default whom the app hints at. */
  account?: string
  denies?: boolean
  /** Without the consent to mail. */
  withoutMail?: boolean
}

/** What the token endpoint does in place of answering; `drop` hangs up. */
export type TokenFault = { status: number; body?: object; headers?: Record<string, string> } | 'drop'

/** A real OpenID provider on loopback with one app, and the mail server's question whose token it is. */
export type OpenIdProvider = {
  issuer: string
  clientId: string
  clientSecret: string
  /** The scope that its mail servers want. */
  mailScope: string
  /** Where a mail server asks whose token it is (RFC 7662), without TLS. */
  introspectionUrl: string
  /** Walks through its pages as a browser does. @returns the parameters it comes back with */
  walk: (url: string, decision?: Decision) => Promise<Record<string, string>>
  /** From now on people at its page decide so. */
  decide: (decision: Decision) => void
  /** What the mail server takes this person for: whose mailbox they may open. */
  share: (mailbox: string, person: string) => void
  /** Whose token it is, undefined where it is none any more. */
  userOf: (accessToken: string) => Promise<string | undefined>
  /** Ends all that was granted to this person. */
  revoke: (person: string) => Promise<void>
  /** Ends this person's access tokens alone. */
  expire: (person: string) => Promise<void>
  breakTokens: (fault: TokenFault | null) => void
  /** What its token endpoint says besides. */
  sayBeside: (fields: Record<string, unknown>) => void
  /** How often its token endpoint was asked. */
  tokenRequests: () => number
  /** Every code and token it has given: what must be read nowhere. */
  issued: () => readonly string[]
  /** The key file of a service account that may act for every mailbox of `desk.test`. */
  keyFile: string
  stop: () => Promise<void>
}

const clientId = 'letterdesk-app'
const clientSecret = 'a-secret-of-the-app'
const mailScope = 'mail'

type State = {
  decision: Decision
  fault: TokenFault | null
  beside: Record<string, unknown>
  tokenRequests: number
  shared: Map<string, string>
  grants: Map<string, string[]>
}

/** Starts it. `redirectUri`: where its app lets people be sent back to. */
export async function startOpenIdProvider(options: {
  certificates: Certificates
  redirectUri: string
}): Promise<OpenIdProvider> {
  const { ca, server: certificate } = options.certificates
  const { key, cert } = certificate
  const state: State = {
    decision: {},
    fault: null,
    beside: {},
    tokenRequests: 0,
    shared: new Map<string, string>(),
    grants: new Map<string, string[]>(),
  }
  const answering: { with?: (request: IncomingMessage, reply: ServerResponse) => unknown } = {}
  const server = createServer({ key, cert }, (request, reply) => void answering.with?.(request, reply))
  const issuer = `https://localhost:${await listenOn(server)}`
  const provider = createProvider(issuer, options.redirectUri)
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.path === '/token' && ctx.status === 200) ctx.body = { ...ctx.body, ...state.beside }
  })
  const issued: string[] = []
  const keep = ({ jti }: { jti: string }) => void issued.push(jti)
  provider.on('access_token.saved', keep)
  provider.on('refresh_token.saved', keep)
  provider.on('authorization_code.saved', keep)
  const tokens = new Map<string, { destroy: () => Promise<void> }[]>()
  provider.on('access_token.saved', token => {
    tokens.set(token.accountId, [...(tokens.get(token.accountId) ?? []), token])
  })
  const account = createServiceAccount(`${issuer}/delegated`)
  const serve = provider.callback()
  answering.with = (request, reply) => {
    if (request.url?.startsWith('/interaction/')) return void decideFor(provider, state, request, reply)
    if (request.url === '/delegated') return void answerDelegated(provider, account, { request, reply })
    if (request.url !== '/token') return void serve(request, reply)
    state.tokenRequests += 1
    if (state.fault === 'drop') return void request.socket.destroy()
    if (state.fault === null) return void serve(request, reply)
    const { status, body = {}, headers = {} } = state.fault
    reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
  const userOf = async (token: string) => {
    const found = await provider.AccessToken.find(token)
    if (found === undefined || !found.scope?.split(' ').includes(mailScope)) return undefined
    return state.shared.get(found.accountId) ?? found.accountId
  }
  const questions = createPlainServer((request, reply) => void answerMailServer(userOf, request, reply))
  const questionsPort = await listenOn(questions)
  const grantsOf = (person: string) => state.grants.get(person) ?? []
  return {
    issuer,
    clientId,
    clientSecret,
    mailScope,
    userOf,
    keyFile: account.keyFile,
    introspectionUrl: `http://127.0.0.1:${questionsPort}/introspect`,
    walk: async (url, decision) => {
      state.decision = decision ?? {}
      return await walk(url, { ca, until: options.redirectUri })
    },
    decide: decision => {
      state.decision = decision
    },
    share: (mailbox, person) => void state.shared.set(person, mailbox),
    revoke: async person => {
      for (const grantId of grantsOf(person)) {
        await provider.AccessToken.revokeByGrantId(grantId)
        await provider.RefreshToken.revokeByGrantId(grantId)
      }
    },
    expire: async person => {
      for (const token of tokens.get(person) ?? []) await token.destroy()
      tokens.delete(person)
    },
    breakTokens: fault => {
      state.fault = fault
    },
    sayBeside: fields => {
      state.beside = fields
    },
    tokenRequests: () => state.tokenRequests,
    issued: () => issued,
    stop: async () => {
      server.closeAllConnections()
      questions.closeAllConnections()
      await Promise.all([server, questions].map(one => new Promise(closed => one.close(closed))))
    },
  }
}

function createProvider(issuer: string, redirectUri: string): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'email', 'offline_access', mailScope],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 600,
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true }),
    }),
  })
}

/** The page of the provider: whoever comes has decided already. */
async function decideFor(
  provider: Provider,
  state: State,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { params, session } = await provider.interactionDetails(request, reply)
  const { account, denies, withoutMail } = state.decision
  if (denies === true) {
    const refusal = { error: 'access_denied', error_description: 'the person said no' }
    return await provider.interactionFinished(request, reply, refusal, { mergeWithLastSubmission: false })
  }
  const accountId = account ?? session?.accountId ?? String(params.login_hint ?? 'nobody@desk.test')
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) })
  const scopes = String(params.scope).split(' ')
  grant.addOIDCScope(scopes.filter(one => withoutMail !== true || one !== mailScope).join(' '))
  if (withoutMail === true) grant.rejectOIDCScope(mailScope)
  const grantId = await grant.save()
  state.grants.set(accountId, [...(state.grants.get(accountId) ?? []), grantId])
  const decided = { login: { accountId }, consent: { grantId } }
  await provider.interactionFinished(request, reply, decided, { mergeWithLastSubmission: false })
}

type ServiceAccount = { keyFile: string; tokenUri: string; email: string; publicKey: KeyObject }

function createServiceAccount(tokenUri: string): ServiceAccount {
  const email = 'desk@project.iam.gserviceaccount.test'
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const file = { type: 'service_account', client_email: email, private_key: key, token_uri: tokenUri }
  return { keyFile: JSON.stringify(file), tokenUri, email, publicKey }
}

/** A token for one mailbox of the domain, to whoever signs for it with the account's key (RFC 7523). */
async function answerDelegated(
  provider: Provider,
  account: ServiceAccount,
  { request, reply }: { request: IncomingMessage; reply: ServerResponse },
): Promise<void> {
  const asked = await readForm(request)
  const [head = '', body = '', signature = ''] = (asked.get('assertion') ?? '').split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    account.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  const isOurs = isSigned && claims.iss === account.email && claims.aud === account.tokenUri
  const isInDomain = isOurs && String(claims.sub).endsWith('@desk.test')
  const answer = (status: number, said: object) =>
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  if (!isInDomain || claims.scope !== 'https://mail.google.com/') {
    return void answer(401, { error: 'unauthorized_client', error_description: 'not for this mailbox' })
  }
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new Error('the app is not there')
  const token = new provider.AccessToken({ accountId: claims.sub, client, scope: mailScope } as never)
  answer(200, { access_token: await token.save(), token_type: 'Bearer', expires_in: 3600 })
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

async function answerMailServer(
  userOf: OpenIdProvider['userOf'],
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const token = (await readForm(request)).get('token') ?? ''
  const username = await userOf(token)
  const answer = username === undefined ? { active: false } : { active: true, username }
  reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}

async function listenOn(server: ReturnType<typeof createPlainServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Follows redirects with their cookies, as far as the address people are sent back to. */
async function walk(start: string, { ca, until }: { ca: string; until: string }) {
  const cookies = new Map<string, string>()
  let url = start
  while (!url.startsWith(until)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const asked = get(url, { ca, agent: false, headers: { cookie } })
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      cookies.set(name, value)
    }
    answer.resume()
    const { location } = answer.headers
    if (location === undefined) throw new Error(`the provider shows a page: ${answer.statusCode} at ${url}`)
    url = new URL(location, url).href
  }
  return Object.fromEntries(new URL(url).searchParams)
}
