import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFromThisMachine } from '../../src/api/session-cookie.ts'
import { inviteAgent } from '../../src/shared/agents.ts'
import {
  createOwner,
  endSession,
  getMe,
  type Me,
  requestPasswordReset,
  updateMe,
} from '../../src/shared/session.ts'
import type { ApiClient } from '../support/api.ts'
import { OWNER, type SessionServer, startSessionServer } from '../support/session-server.ts'

let server: SessionServer
let owner: ApiClient

beforeAll(async () => {
  server = await startSessionServer()
  owner = server.client()
  const made = await owner.fetch(createOwner, {
    body: { ...OWNER, language: 'en', timeZone: 'Europe/Sofia' },
  })
  owner.setCsrfToken(((await made.json()) as Me).csrfToken)
})
afterAll(async () => await server?.stop())

describe('what no column holds', () => {
  test.each(['99999999999999999999', '9223372036854775808', '1e300'])(
    'the id %s is refused by name, not met as a fault of ours',
    async id => {
      const answer = await owner.fetch(endSession, { params: { id: id as unknown as number } })

      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ fields: [{ field: 'params.id' }] })
    },
  )

  test('NUL and half a pair in a name are kept as the replacement character', async () => {
    const me = await owner.call(updateMe, { body: { name: 'A\u0000da \ud800' } })

    expect(me.name).toBe('A\ufffdda \ufffd')
  })

  test.each(['a\u0000b@x.test', 'a\u0007b@x.test', 'a@x\ud800.test'])(
    'an address with a control (%j) is refused where it is typed',
    async email => {
      const body = { email, name: 'Eve', role: 'agent' as const, language: 'en' as const, mailboxIds: [] }

      const invited = await owner.fetch(inviteAgent, { body })
      const reset = await server.client().fetch(requestPasswordReset, { body: { email } })

      expect([invited.status, reset.status]).toEqual([400, 400])
    },
  )
})

test('nothing of the API is kept by a cache', async () => {
  const known = await owner.fetch(getMe)
  const refused = await server.client().fetch(getMe)

  expect(known.headers.get('cache-control')).toBe('private, no-store')
  expect(refused.headers.get('cache-control')).toBe('private, no-store')
})

test('where BASE_URL is a public name, a silent proxy on this machine is not taken for its owner', () => {
  const silentProxy = {
    headers: { host: '127.0.0.1:8080' },
    socket: { remoteAddress: '127.0.0.1' },
  } as Parameters<typeof isFromThisMachine>[0]

  expect(isFromThisMachine(silentProxy, 'https://desk.example.org')).toBe(false)
  expect(isFromThisMachine(silentProxy, 'http://localhost:8080')).toBe(true)
})
