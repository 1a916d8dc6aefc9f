import { afterAll, beforeAll, expect, test } from 'vitest'
import { listExpiries, listMailboxHealth } from '../../src/health/mailbox-health.ts'
import { findOpenAlerts } from '../../src/health/open-alerts.ts'
import { watchHealth } from '../../src/health/watch-health.ts'
import { createLog } from '../../src/lib/log.ts'
import { loadImapAccount } from '../../src/mailboxes/account.ts'
import { finishConsent, saveSignInApp, startConsent } from '../../src/shared/sign-in-apps.ts'
import { houseApp, type OAuthDesk, startOAuthDesk } from '../support/oauth-desk.ts'

const dayS = 86_400
let desk: OAuthDesk
let appId: number

beforeAll(async () => {
  desk = await startOAuthDesk()
  appId = (await desk.as('ada').call(saveSignInApp, { body: houseApp(desk) })).id
})

afterAll(async () => await desk.close())

async function connect(address: string): Promise<number> {
  const servers = {
    imap: { host: 'localhost', port: desk.dovecot.imapsPort, security: 'tls' as const },
    smtp: { host: 'localhost', port: desk.sink.tlsPort, security: 'tls' as const },
  }
  const wish = { appId, isShared: false, address, ...servers }
  const { url } = await desk.as('ada').call(startConsent, { body: wish })
  const answer = (await desk.provider.walk(url)) as { state: string }
  return (await desk.as('ada').call(finishConsent, { body: answer })).id
}

/** As if the last renewal was that long ago; an end that was told then is as much nearer where `stands`. */
async function letPass(mailboxId: number, hours: number, { stands }: { stands: boolean }): Promise<void> {
  await desk.database.pool.query(
    `update mailbox_grant set access_made_at = access_made_at - $2 * interval '1 hour',
       access_renew_at = access_renew_at - $2 * interval '1 hour',
       refresh_ends_at = refresh_ends_at - $3 * interval '1 hour' where mailbox_id = $1`,
    [mailboxId, hours, stands ? 0 : hours],
  )
}

async function renew(mailboxId: number): Promise<void> {
  const account = await loadImapAccount({ ...desk, practice: null }, mailboxId)
  await account.tokens?.get(desk.trust)
}

/** Whole days until what stands in the calendar of this mailbox. */
async function calendar(mailboxId: number): Promise<number[]> {
  const all = await listExpiries(desk.db, await listMailboxHealth(desk.db))
  return all
    .filter(({ kind, id }) => kind === 'mailbox-grant' && id === mailboxId)
    .map(({ endsAt }) => Math.round((endsAt.getTime() - Date.now()) / 1000 / dayS))
}

test('an end that stands is in the calendar from the next renewal on and told as any; a token without an end takes it out', async () => {
  desk.provider.sayBeside({ refresh_token_expires_in: 7 * dayS })
  const id = await connect('testing@desk.test')
  const atFirst = await calendar(id)
  await letPass(id, 1, { stands: true })
  await renew(id)
  const seen = await calendar(id)
  await watchHealth({ db: desk.db, log: createLog({ level: 'silent' }), dataDir: '/' })
  const alerts = await findOpenAlerts(desk.db)

  desk.provider.sayBeside({})
  await letPass(id, 1, { stands: true })
  await renew(id)

  expect([atFirst, seen, await calendar(id)]).toEqual([[], [7], []])
  expect(alerts).toMatchObject([{ trouble: 'expiry', mailboxId: id, code: 'mailbox-grant' }])
})

test('an end that each renewal moves is none, but for a mailbox that is paused', async () => {
  desk.provider.sayBeside({ refresh_expires_in: 1800 })
  const id = await connect('sliding@desk.test')
  for (const hours of [1, 2]) {
    await letPass(id, hours, { stands: false })
    await renew(id)
  }
  const moving = await calendar(id)

  await desk.database.pool.query("update mailbox set state = 'paused' where id = $1", [id])

  expect([moving, await calendar(id)]).toEqual([[], [0]])
})

test.each([
  { refresh_expires_in: 0 },
  { refresh_token_expires_in: 'soon' },
  { refresh_token_expires_in: 1e12 },
  {},
])('a provider that says %o tells no end', async said => {
  desk.provider.sayBeside(said)
  const id = await connect(`no-end-${Object.values(said).join('')}@desk.test`)
  await letPass(id, 1, { stands: true })
  await renew(id)

  expect(await calendar(id)).toEqual([])
})
