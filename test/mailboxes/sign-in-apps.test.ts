import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/lib/app-error.ts'
import { nameOAuthFault } from '../../src/mailboxes/oauth-faults.ts'
import { baseUrlProblem, readSignInApp } from '../../src/mailboxes/sign-in-app-shapes.ts'
import { saveSignInApp as saveAppFor } from '../../src/mailboxes/sign-in-apps.ts'
import { updateMailbox } from '../../src/shared/mailboxes.ts'
import {
  connectDelegated,
  finishConsent,
  listSignInApps,
  removeSignInApp,
  saveSignInApp,
  startConsent,
} from '../../src/shared/sign-in-apps.ts'
import { houseApp, type OAuthDesk, refusalCode, refusalOf, startOAuthDesk } from '../support/oauth-desk.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

let desk: OAuthDesk

beforeAll(async () => {
  desk = await startOAuthDesk()
})

afterAll(async () => {
  await desk.close()
})

const guid = '6731de76-14a6-49ae-97bc-6eba6914391e'
const googleId = '1234-abc.apps.googleusercontent.com'
const microsoft = { kind: 'microsoft', tenant: 'firma.onmicrosoft.com', clientId: guid } as const

test('an app is kept once its provider knows it, shown without its secret, sealed in its row, and removed', async () => {
  const kept = await desk.as('ada').call(saveSignInApp, { body: houseApp(desk) })

  const listed = await desk.as('ada').call(listSignInApps, {})
  const { rows } = await desk.database.pool.query('select * from sign_in_app')
  expect(listed).toMatchObject({ redirectUri: 'http://localhost:8080/oauth', redirectProblem: null })
  expect(listed.data).toEqual([kept])
  expect(JSON.stringify([listed, rows])).not.toContain(desk.provider.clientSecret)
  await desk.as('ada').call(removeSignInApp, { params: { id: kept.id } })
  expect((await desk.as('ada').call(listSignInApps, {})).data).toEqual([])
})

test('an app with a wrong secret, at no provider, in a forbidden network or of an agent is refused as that', async () => {
  const save = (change: object, who: 'ada' | 'agent' = 'ada') =>
    refusalOf(desk.as(who).call(saveSignInApp, { body: { ...houseApp(desk), ...change } }))

  const refusals = [
    await save({ clientSecret: 'another secret' }),
    await save({ clientId: 'another-app' }),
    await save({ issuer: `${desk.provider.issuer}/elsewhere` }),
    await save({ issuer: 'https://169.254.169.254' }),
    await save({ issuer: 'https://localhost:1' }),
    await save({ issuer: 'https://nowhere.invalid' }),
    await save({}, 'agent'),
    await save({ scopes: ' ' }),
    await refusalCode(saveAppFor({ ...desk, baseUrl: 'http://desk.example.org' }, houseApp(desk))),
  ]

  expect(refusals.map(refusal => (typeof refusal === 'string' ? refusal : refusal.code))).toEqual([
    'app-secret-refused',
    'app-secret-refused',
    'issuer-unknown',
    'host-not-allowed',
    'sign-in-service-away',
    'sign-in-service-away',
    'no-permission',
    'bad-sign-in-app',
    'base-url-unfit',
  ])
})

test('what was pasted into the wrong field is seen by its shape, before anybody is asked', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const file = { type: 'service_account', client_email: 'desk@p.iam.gserviceaccount.com', private_key: key }
  const problemOf = (typed: Parameters<typeof readSignInApp>[0]) => {
    try {
      return readSignInApp(typed).issuer
    } catch (fault) {
      return fault instanceof AppError ? fault.details.problem : fault
    }
  }

  const seen = [
    problemOf({ kind: 'google', clientId: 'GOCSPX-secret', clientSecret: googleId }),
    problemOf({ kind: 'google', clientId: 'my-project', clientSecret: 'GOCSPX-secret' }),
    problemOf({ kind: 'google', clientId: ` ${googleId}\n`, clientSecret: 'GOCSPX-secret ' }),
    problemOf({ ...microsoft, clientSecret: guid }),
    problemOf({ ...microsoft, clientId: 'x~secret', clientSecret: guid }),
    problemOf({ ...microsoft, clientId: 'my app', clientSecret: 'x~secret' }),
    problemOf({ ...microsoft, tenant: 'my firm', clientSecret: 'x~secret' }),
    problemOf({ ...microsoft, clientSecret: 'x~secret' }),
    problemOf({ ...houseApp(desk), issuer: 'http://id.example.org' }),
    problemOf({ ...houseApp(desk), scopes: ' ' }),
    problemOf({ kind: 'google_delegation', keyFile: JSON.stringify({ type: 'authorized_user' }) }),
    problemOf({ kind: 'google_delegation', keyFile: '-----BEGIN' }),
    problemOf({
      kind: 'google_delegation',
      keyFile: JSON.stringify({ ...file, token_uri: 'https://oauth2.googleapis.com/token' }),
    }),
  ]

  expect(seen).toEqual([
    'swapped',
    'google-client-id',
    'https://accounts.google.com',
    'secret-id',
    'swapped',
    'microsoft-client-id',
    'tenant',
    'https://login.microsoftonline.com/firma.onmicrosoft.com/v2.0',
    'issuer',
    'scopes',
    'key-file',
    'key-file',
    'https://oauth2.googleapis.com/token',
  ])
})

test.each([
  ['https://desk.example.org/in', null],
  ['http://localhost:8080', null],
  ['http://desk.example.org', 'not-https'],
  ['https://192.0.2.7', 'ip-address'],
  ['https://[2001:db8::1]', 'ip-address'],
] as const)('whether providers send people back to %s: %s', (baseUrl, problem) => {
  expect(baseUrlProblem(baseUrl)).toBe(problem)
})

test.each([
  ['invalid_grant', 'Token has been expired or revoked.', 'grant-ended'],
  ['invalid_client', 'AADSTS7000215: Invalid client secret provided.', 'app-secret-refused'],
  ['invalid_client', 'The OAuth client was not found.', 'app-secret-refused'],
  ['unauthorized_client', 'AADSTS700016: Application was not found in the directory', 'app-unknown'],
  ['invalid_grant', 'AADSTS65001: The user or administrator has not consented', 'admin-approval-needed'],
  ['access_denied', 'AADSTS65004: User declined to consent', 'consent-refused'],
  ['invalid_request', 'AADSTS50011: The redirect URI does not match', 'redirect-refused'],
  ['redirect_uri_mismatch', '', 'redirect-refused'],
  ['admin_policy_enforced', '', 'admin-approval-needed'],
  ['org_internal', '', 'outside-organisation'],
  ['access_denied', '', 'consent-refused'],
  ['temporarily_unavailable', '', 'sign-in-service-away'],
] as const)('%s "%s" is %s', (error, description, code) => {
  const refusal = Object.assign(new Error('refused'), { error, error_description: description, status: 400 })

  const fault = nameOAuthFault(new Error('wrapped', { cause: refusal }))

  expect([fault.code, fault.retry]).toEqual([code, code === 'sign-in-service-away'])
})

test('a token goes to no server that the provider does not name, not even for a check', async () => {
  const ada = desk.as('ada')
  const { id: appId } = await ada.call(saveSignInApp, { body: houseApp(desk) })
  const at = (host: string, port: number) => ({ host, port, security: 'tls' as const })
  const consent = async (wish: {
    address?: string
    mailboxId?: number
    imapHost: string
    imapPort: number
  }) => {
    const { imapHost, imapPort, ...whose } = wish
    const servers = { imap: at(imapHost, imapPort), smtp: at('localhost', desk.sink.tlsPort) }
    const { url } = await ada.call(startConsent, { body: { appId, isShared: false, ...servers, ...whose } })
    return { body: (await desk.provider.walk(url)) as { state: string } }
  }
  const first = { address: 'moving@desk.test', imapHost: 'localhost', imapPort: desk.dovecot.imapsPort }
  const { id } = await ada.call(finishConsent, await consent(first))
  const wire = await startTcpProxy(desk.dovecot.imapsPort)
  const move = (host: string, more: { password?: string } = {}) =>
    ada.call(updateMailbox, { params: { id }, body: { imap: at(host, wire.port), ...more } })
  const foreign = { mailboxId: id, imapHost: '127.0.0.1', imapPort: wire.port }

  const fresh = { address: 'fresh@desk.test', imapHost: '127.0.0.1', imapPort: wire.port }
  const { keyFile } = desk.provider
  const { id: delegation } = await ada.call(saveSignInApp, { body: { kind: 'google_delegation', keyFile } })
  const imap = at('127.0.0.1', wire.port)
  const delegated = { appId: delegation, address: 'delegated@desk.test', imap }

  const refusals = [
    await refusalOf(move('127.0.0.1')),
    await refusalOf(ada.call(finishConsent, await consent(foreign))),
    await refusalOf(ada.call(finishConsent, await consent(fresh))),
    await refusalOf(ada.call(connectDelegated, { body: delegated })),
  ]
  const removal = await refusalOf(ada.call(removeSignInApp, { params: { id: appId } }))
  const asked = wire.connections()
  const sameHost = await move('localhost')
  const byPassword = await move('127.0.0.1', { password: 'secret' })

  await wire.close()
  const details = { host: '127.0.0.1', allowed: 'localhost' }
  expect(refusals).toMatchObject([
    ...Array(3).fill({ status: 422, code: 'foreign-server', details }),
    { code: 'foreign-server', details: { host: '127.0.0.1', allowed: 'imap.gmail.com, smtp.gmail.com' } },
  ])
  expect(removal).toMatchObject({ status: 409, code: 'sign-in-app-used' })
  expect([asked, sameHost.imap?.port, sameHost.signInApp?.name]).toEqual([0, wire.port, 'House'])
  // A password is the admin's own to send, and ends what was granted.
  expect([byPassword.imap?.host, byPassword.signInApp]).toEqual(['127.0.0.1', null])
})
