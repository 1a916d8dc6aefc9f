import { sql } from 'kysely'
import { createMailReader } from '../../src/inbound/mail-reader.ts'
import { receiveMails } from '../../src/inbound/receive-mail.ts'
import { startSync } from '../../src/inbound/run-sync.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { lookAtHealth } from '../outbound/look-at-health.ts'
import { type SendingDesk, startSendingDesk } from '../outbound/sending-desk.ts'
import { makeCertificates } from '../support/certificates.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { createFastClock, type FastClock } from '../support/fast-clock.ts'
import { rawMail } from '../support/mails.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type Day, planDay } from './plan-day.ts'

/** How a day went. */
export type FlappingReport = {
  seed: number
  outages: number
  /** Real milliseconds that the 24 hours took. */
  tookMs: number
  mails: number
  lost: number
  doubled: number
  /** Alerts, as `fetching flapping1@desk.test, over`. */
  alerts: string[]
  /** Subjects of what the admin was written. */
  told: string[]
  /** Of the mailbox that flapped. */
  connections: number
  /** Of the mailbox that nothing is wrong with. */
  steadyConnections: number
  /** The longest time from the end of an outage to the first fetch, short outages and the long one. */
  slowest: { shortMs: number; longMs: number }
  breaches: string[]
}

/** What is to hold. */
export const AIMS = {
  /** One step of the back-off of a server that cannot be reached, 30 s and its spread, and what is left of the step before. */
  shortMs: 36_000,
  /** The same after hours. */
  longMs: 360_000,
  /** A dozen an outage at most. */
  connectionsPerOutage: 12,
} as const

const minuteMs = 60_000
// The product looks every 20 s: here less is known of the last fetch when an outage begins.
const idleMs = 90_000
const calmMinutes = 10
const addresses = { flapping: 'flapping@desk.test', steady: 'carrier@desk.test' }
const watchers = 2

/**
 * Lets a mail server flap for 24 hours of the injected clock under the sync role as it is, with filing, the look of
 * every minute and the mails to the admin, and says what became of the mail and who was told what. One mailbox lies
 * behind a wire that is cut and healed, the other is never disturbed and carries the alerts.
 */
export async function runFlapping(options: { seed: number; mails: number }): Promise<FlappingReport> {
  const beganMs = performance.now()
  const day = planDay(options)
  const world = await startWorld()
  try {
    const slowest = await live(world, day)
    return await report(world, { day, slowest, seed: options.seed, tookMs: performance.now() - beganMs })
  } finally {
    await world.stop()
  }
}

type Connected = { id: number; proxy: TcpProxy }

type World = {
  clock: FastClock
  desk: SendingDesk
  dovecot: Dovecot
  flapping: Connected
  steady: Connected
  /** Files what came, as far as it goes. */
  file: () => Promise<void>
  stop: () => Promise<void>
}

async function startWorld(): Promise<World> {
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const desk = await startSendingDesk({ certificates })
  const clock = createFastClock(new Date())
  const connect = async (address: string) => {
    const proxy = await startTcpProxy(dovecot.imapsPort)
    return { id: await desk.mailbox(address, { name: address, imapPort: proxy.port }), proxy }
  }
  const flapping = await connect(addresses.flapping)
  const steady = await connect(addresses.steady)
  const boss = await desk.agent('boss', [])
  await sql`update agent set role = 'admin' where id = ${boss.agentId}`.execute(desk.db)
  const reader = createMailReader({
    log: desk.log,
    clock: systemClock,
    blobsRoot: desk.blobs.root,
    processes: 1,
  })
  const filing = { ...desk, reader, dns: null, clock: systemClock, owed: [] }
  const sync = startSync({
    ...desk,
    clock,
    random: Math.random,
    practice: () => null,
    // The lease's own clock is the database's, which does not hurry.
    timing: { idleMs, leaseLifeMs: 100 * 3_600_000 },
  })
  return {
    clock,
    desk,
    dovecot,
    flapping,
    steady,
    file: async () => {
      while ((await receiveMails(filing)).claimed > 0);
    },
    stop: async () => {
      await sync.stop()
      await reader.stop()
      await Promise.all([flapping, steady].map(({ proxy }) => proxy.close()))
      await desk.stop()
      await dovecot.stop()
      await certificates.remove()
    },
  }
}

type Standing = { slowest: FlappingReport['slowest']; healed: { atMs: number; isLong: boolean } | null }

/** Lets the day pass. @returns the slowest recoveries */
async function live(world: World, day: Day): Promise<FlappingReport['slowest']> {
  const standing: Standing = { slowest: { shortMs: 0, longMs: 0 }, healed: null }
  await waitUntil('all are watched', async () =>
    (await countFetched(world)) === watchers ? true : undefined,
  )
  for (const { atMs, act } of happeningsOf(world, day, standing)) {
    await passUntil(world, atMs, standing)
    await act()
  }
  await passUntil(world, day.endsAtMs, standing)
  return standing.slowest
}

type Happening = { atMs: number; act: () => Promise<unknown> }

function happeningsOf(world: World, day: Day, standing: Standing): Happening[] {
  const { dovecot, flapping } = world
  const minutes = Array.from({ length: Math.floor(day.endsAtMs / minuteMs) }, (_, n) => (n + 1) * minuteMs)
  const to = [addresses.flapping, addresses.steady]
  return [
    ...minutes.map(atMs => ({ atMs, act: () => passMinute(world, atMs) })),
    ...day.mailsAtMs.map((atMs, n) => ({ atMs, act: () => dovecot.deliver(mailOf(n), to) })),
    ...day.outages.flatMap(outage => {
      const { fromMs, untilMs, stumblesAfterBytes: afterBytes } = outage
      const heal = async () => {
        flapping.proxy.heal()
        standing.healed = { atMs: untilMs, isLong: outage === day.long }
      }
      const stumble = async () => {
        flapping.proxy.heal()
        if (afterBytes !== null) flapping.proxy.cut({ afterBytes })
      }
      return [
        { atMs: fromMs, act: () => goAway(world, standing) },
        ...(afterBytes === null ? [] : [{ atMs: (fromMs + untilMs) / 2, act: stumble }]),
        { atMs: untilMs, act: heal },
      ]
    }),
  ].sort((a, b) => a.atMs - b.atMs)
}

/** Files what came, and looks as the product does; while all is well, not every time. */
async function passMinute(world: World, atMs: number): Promise<void> {
  if ((await isCalm(world)) && atMs % (calmMinutes * minuteMs) !== 0) return
  await world.file()
  await lookAtHealth(world.desk)
}

function mailOf(n: number): Buffer {
  return rawMail({
    from: `Ann <ann${n}@customer.test>`,
    subject: `mail ${n}`,
    messageId: `day.${n}@customer.test`,
  })
}

async function goAway(world: World, standing: Standing): Promise<void> {
  standing.healed = null
  world.flapping.proxy.unplug()
  // Nobody who is cut off may sleep through it, for time goes on as soon as all sleep.
  await waitUntil('the outage is noticed', async () => (await countFaulty(world)) === 1, {
    everyMs: 2,
  })
}

/** Lets time pass up to a moment: from one end of a wait to the next, each time as soon as all watchers wait. */
async function passUntil(world: World, atMs: number, standing: Standing): Promise<void> {
  const { clock, desk } = world
  for (;;) {
    await clock.untilWaiting(watchers)
    await noteRecovery(world, standing)
    const nextMs = Math.min(atMs, clock.nextMs())
    if (nextMs >= atMs && clock.nextMs() > atMs && clock.atMs() >= atMs) return
    await growOlder(desk, nextMs - clock.atMs())
    clock.passTo(nextMs)
  }
}

async function noteRecovery(world: World, standing: Standing): Promise<void> {
  const { healed, slowest } = standing
  if (healed === null || (await countFaulty(world)) > 0) return
  const which = healed.isLong ? 'longMs' : 'shortMs'
  slowest[which] = Math.max(slowest[which], world.clock.atMs() - healed.atMs)
  standing.healed = null
}

/** The instants in the database are of its own clock: what is to lie in the past is put there. */
async function growOlder({ db }: SendingDesk, ms: number): Promise<void> {
  if (ms <= 0) return
  const by = sql`${ms} * interval '1 millisecond'`
  await sql`
    with mailboxes as (update mailbox set fetched_at = fetched_at - ${by}, state_at = state_at - ${by}),
      folders as (update folder set compared_at = compared_at - ${by}, missing_since = missing_since - ${by})
    update health_alert set opened_at = opened_at - ${by}, gone_at = gone_at - ${by}, closed_at = closed_at - ${by}`.execute(
    db,
  )
}

async function countFaulty({ desk, flapping }: World): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from mailbox where state_code is not null and id = ${flapping.id}`.execute(desk.db)
  return rows[0]?.count ?? 0
}

async function isCalm({ desk }: World): Promise<boolean> {
  const { rows } = await sql`
    select from mailbox where state_code is not null
    union all select from health_alert where closed_at is null limit 1`.execute(desk.db)
  return rows.length === 0
}

async function countFetched({ desk }: World): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from mailbox where fetched_at is not null`.execute(desk.db)
  return rows[0]?.count ?? 0
}

async function report(
  world: World,
  about: { day: Day; slowest: FlappingReport['slowest']; seed: number; tookMs: number },
): Promise<FlappingReport> {
  const { desk, flapping, steady } = world
  const { day, slowest, seed, tookMs } = about
  const filed = await countFiled(world)
  const wanted = day.mailsAtMs.flatMap((_, n) => [flapping, steady].map(({ id }) => `${id} mail ${n}`))
  const { rows } = await sql<{ alert: string }>`
    select trouble || ' ' || name || case when closed_at is null then ', open' else ', over' end as alert
    from health_alert order by opened_at, id`.execute(desk.db)
  const mails = desk.sink.accepted.filter(({ to }) => to.includes('boss@desk.test'))
  const told = await Promise.all(mails.map(async ({ raw }) => (await parseMail(raw)).subject ?? ''))
  const facts = {
    seed,
    slowest,
    tookMs,
    told,
    outages: day.outages.length,
    mails: wanted.length,
    lost: wanted.filter(one => !filed.has(one)).length,
    doubled: [...filed.values()].filter(count => count > 1).length,
    alerts: rows.map(row => row.alert),
    connections: flapping.proxy.connections(),
    steadyConnections: steady.proxy.connections(),
  }
  return { ...facts, breaches: breachesOf(facts) }
}

/** How often each mail stands in a ticket of each mailbox, by `mailbox subject`. */
async function countFiled({ desk }: World): Promise<Map<string, number>> {
  const { rows } = await sql<{ mail: string; count: number }>`
    select mailbox_id || ' ' || subject as mail, count(*) as count from message
    where direction = 'inbound' group by 1`.execute(desk.db)
  return new Map(rows.map(row => [row.mail, row.count]))
}

function breachesOf(facts: Omit<FlappingReport, 'breaches'>): string[] {
  const { slowest, told, alerts } = facts
  const { flapping } = addresses
  const wantedWords = [`Needs attention: ${flapping}`, `Well again: ${flapping}`]
  const rules: [boolean, string][] = [
    [facts.lost === 0, `${facts.lost} mails lost`],
    [facts.doubled === 0, `${facts.doubled} mails doubled`],
    [String(alerts) === `fetching ${flapping}, over`, `alerts: ${alerts.join(', ')}`],
    [String(told) === String(wantedWords), `told: ${told.join(', ')}`],
    [slowest.shortMs <= AIMS.shortMs, `${slowest.shortMs} ms until a short outage was over for us`],
    [slowest.longMs > 0 && slowest.longMs <= AIMS.longMs, `${slowest.longMs} ms until the long one was`],
    [
      facts.connections <= facts.outages * AIMS.connectionsPerOutage,
      `${facts.connections} connections of the mailbox that flapped`,
    ],
    [
      facts.steadyConnections === 1,
      `${facts.steadyConnections} connections of the mailbox nothing was wrong with`,
    ],
  ]
  return rules.filter(([holds]) => !holds).map(([, words]) => words)
}

/** A day as people read it. */
export function describeDay(day: FlappingReport): string[] {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`
  const { slowest } = day
  return [
    `a day           seed ${day.seed}, ${day.outages} outages, in ${seconds(day.tookMs)}`,
    `mail            ${day.mails} delivered, ${day.lost} lost, ${day.doubled} doubled`,
    `alerts          ${day.alerts.join('; ')}`,
    `told            ${day.told.join('; ')}`,
    `well again      ${seconds(slowest.shortMs)} after a short outage (aim ${seconds(AIMS.shortMs)}),`,
    `                ${seconds(slowest.longMs)} after three hours (aim ${seconds(AIMS.longMs)})`,
    `connections     ${day.connections} where it flapped, ${day.steadyConnections} where nothing was wrong`,
    ...day.breaches.map(breach => `BREACH ${breach}`),
  ]
}
