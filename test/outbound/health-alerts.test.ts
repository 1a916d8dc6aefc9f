import { createServer as createHttps } from 'node:https'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findOpenAlerts } from '../../src/health/open-alerts.ts'
import { type Finding, type OpenAlert, stepAlerts } from '../../src/health/step-alerts.ts'
import { watchHealth } from '../../src/health/watch-health.ts'
import { setWebhook } from '../../src/health/webhook.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { findFreePorts } from '../support/free-ports.ts'
import { refusalCode } from '../support/oauth-desk.ts'
import { lookAtHealth } from './look-at-health.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let troubled: number
let carrier: number
const posted: { text: string; state: string; trouble?: string }[] = []
let answer = 200
let hook: { url: string; stop: () => void }

beforeAll(async () => {
  desk = await startSendingDesk()
  troubled = await desk.mailbox('troubled@desk.test', { name: 'Front desk' })
  carrier = await desk.mailbox('carrier@desk.test', { name: 'Carrier' })
  const admin = await desk.agent('boss', [])
  await sql`update agent set role = 'admin', language = 'pl' where id = ${admin.agentId}`.execute(desk.db)
  hook = await startHook()
})

afterAll(async () => {
  hook.stop()
  await desk.stop()
})

/** A server of the house that takes what is posted. */
async function startHook() {
  const [port = 0] = await findFreePorts(1)
  const { cert, key } = desk.certificates.server
  const server = createHttps({ cert, key }, (request, reply) => {
    let body = ''
    request.on('data', chunk => {
      body += String(chunk)
    })
    request.on('end', () => {
      if (answer === 200) posted.push(JSON.parse(body))
      reply.writeHead(answer).end()
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return { url: `https://localhost:${port}/secret-path`, stop: () => void server.close() }
}

/** Lets a minute come after so much time. */
async function minute(shift = '0 seconds'): Promise<void> {
  // The clock is the database's: what is to lie in the past is put there.
  await sql`update health_alert set gone_at = gone_at - ${shift}::interval,
    opened_at = opened_at - ${shift}::interval`.execute(desk.db)
  await lookAtHealth(desk)
}

const healthy = () =>
  sql`
  update mailbox set fetched_at = clock_timestamp(), state_code = null, state_at = null`.execute(desk.db)

const mails = async () =>
  await Promise.all(
    desk.sink.accepted
      .filter(mail => mail.to.includes('boss@desk.test'))
      .map(async ({ from, raw }) => ({ from, mail: await parseMail(raw) })),
  )

test('a webhook is kept once it has taken a test: https only, and its address is told to nobody', async () => {
  const { db, keys, trust } = desk
  const set = (url: string) => refusalCode(setWebhook({ db, keys, trust }, url))
  answer = 500

  const codes = [await set('http://localhost/x'), await set('https://169.254.169.254/x'), await set(hook.url)]
  answer = 200
  await setWebhook({ db, keys, trust }, hook.url)

  const stored = await sql<{ row: string }>`select row(s.*)::text as row from health_setting s`.execute(db)
  expect(codes).toEqual(['bad-webhook', 'webhook-refused', 'webhook-refused'])
  expect(posted.map(one => one.state)).toEqual(['test'])
  expect(stored.rows[0]?.row).not.toContain('secret-path')
})

test('a mailbox that needs a new sign-in is told once, by another mailbox and the webhook, and once when it is over', async () => {
  await healthy()
  await sql`update mailbox set state_code = 'grant-ended', state_at = clock_timestamp(), state_detail = 'secret words'
    where id = ${troubled}`.execute(desk.db)

  await minute()
  await minute()
  const told = await mails()
  const open = await findOpenAlerts(desk.db)
  await healthy()
  await minute()
  const early = await findOpenAlerts(desk.db)
  const tellings = (await mails()).length
  await minute('11 minutes')

  const all = await mails()
  expect(open.map(one => [one.trouble, one.name])).toEqual([['sign-in', 'Front desk']])
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({ from: 'carrier@desk.test', mail: { subject: 'Wymaga uwagi: Front desk' } })
  expect(told[0]?.mail.text).toContain('zalogować się ponownie')
  expect(told[0]?.mail.text).toContain('https://desk.example.org/settings/health')
  expect(told[0]?.mail.text).not.toContain('secret words')
  expect([early, tellings]).toEqual([[], 1])
  expect(all.map(one => one.mail.subject)).toEqual([
    'Wymaga uwagi: Front desk',
    'Znów w porządku: Front desk',
  ])
  expect(await findOpenAlerts(desk.db)).toEqual([])
  expect(posted.map(one => one.state)).toEqual(['test', 'open', 'healed'])
  expect(posted[1]).toMatchObject({ trouble: 'sign-in', text: expect.stringContaining('sign in again') })
})

test('what is over before it could be told is not told', async () => {
  await healthy()
  const before = desk.sink.accepted.length
  await sql`update mailbox set fetched_at = clock_timestamp() - interval '4 minutes' where id = ${carrier}`.execute(
    desk.db,
  )
  await watchHealth({ db: desk.db, log: desk.log, dataDir: '/' })
  const [alert] = await findOpenAlerts(desk.db)
  await healthy()
  await watchHealth({ db: desk.db, log: desk.log, dataDir: '/' })

  await minute('11 minutes')

  expect(alert?.trouble).toBe('fetching')
  expect(await findOpenAlerts(desk.db)).toEqual([])
  expect(desk.sink.accepted.length).toBe(before)
})

test('the end of an app’s secret is told 14, 3 and 1 days ahead, each once', async () => {
  await healthy()
  await sql`insert into sign_in_app (kind, name, issuer, client_id, secret_sealed, secret_key_id, scopes)
    select 'microsoft', 'Microsoft', 'https://login.example', 'id', 'x', min(id), '' from key_ring`.execute(
    desk.db,
  )
  const before = (await mails()).length
  const counts: number[] = []

  for (const days of [20, 14, 13, 3, 2, 1, 1]) {
    await sql`update sign_in_app set secret_expires_on = current_date + ${days}::integer`.execute(desk.db)
    await minute()
    counts.push((await mails()).length - before)
  }

  await sql`delete from sign_in_app`.execute(desk.db)
  const last = (await mails()).at(-1)
  expect(counts).toEqual([0, 1, 1, 2, 2, 3, 3])
  expect(last?.mail.text).toContain('Microsoft')
})

test('records of a domain that are wrong are told by their names, and that they are right again', async () => {
  await healthy()
  const before = (await mails()).length
  await sql`insert into domain_check (domain, checked_at, records, wrong_kinds, wrong_since) values
    ('desk.test', clock_timestamp(), '[]', '{spf,dmarc}', clock_timestamp() - interval '1 hour')`.execute(
    desk.db,
  )

  await minute()
  await sql`update domain_check set wrong_kinds = '{}', wrong_since = null`.execute(desk.db)
  await minute()
  await minute('11 minutes')

  const [told, over, ...more] = (await mails()).slice(before)
  expect([told?.mail.subject, over?.mail.subject]).toEqual([
    'Wymaga uwagi: desk.test',
    'Znów w porządku: desk.test',
  ])
  expect(told?.mail.text).toContain('SPF, DMARC')
  expect(more).toEqual([])
})

type Day = { alert: OpenAlert | undefined; opened: number; closedAt: number[] }

const finding: Finding = {
  key: 'fetching 1',
  trouble: 'fetching',
  mailboxId: 1,
  name: 'A',
  code: null,
  detail: null,
  began: new Date('2026-11-26T00:00:00Z'),
  endsAt: null,
}

/** One minute of the alerts of one mailbox, kept as the database keeps them. */
function passMinute(day: Day, at: number, isTrouble: boolean): void {
  const now = new Date(finding.began.getTime() + at * 60_000)
  const steps = stepAlerts(day.alert ? [day.alert] : [], isTrouble ? [finding] : [], now)
  const before = day.closedAt.filter(closed => at - closed < 360).length
  for (const { key } of steps.open) day.alert = { id: ++day.opened, key, stage: null, goneAt: null, before }
  for (const _ of steps.keep) day.alert = day.alert && { ...day.alert, goneAt: null }
  for (const _ of steps.fade) day.alert = day.alert && { ...day.alert, goneAt: now }
  for (const _ of steps.close) {
    day.alert = undefined
    day.closedAt.push(at)
  }
}

/** Lets 24 hours pass. As judgeMailbox has it, three minutes without a fetch are a trouble. */
function passDay(isDown: (minute: number) => boolean) {
  const day: Day = { alert: undefined, opened: 0, closedAt: [] }
  for (let at = 4; at < 1_440; at++)
    passMinute(
      day,
      at,
      [0, 1, 2, 3].every(back => isDown(at - back)),
    )
  return { opened: day.opened, isOver: day.alert === undefined }
}

test('a day of a mailbox that flaps gives no alert for short outages, and few for long ones', () => {
  expect(passDay(at => at % 5 < 3)).toEqual({ opened: 0, isOver: true })
  expect(passDay(at => at % 10 < 6 && at < 1_400)).toEqual({ opened: 1, isOver: true })
  expect(passDay(at => at % 30 < 15 && at < 1_300).opened).toBeLessThan(6)
  expect(passDay(at => at > 600 && at < 640)).toEqual({ opened: 1, isOver: true })
})
