import type { PageTime } from './measure-pages.ts'
import { spreadOf } from './percentiles.ts'
import type { BenchReport } from './run-bench.ts'

/** One aim of the product with what this run reached. */
export type JudgedAim = { aim: string; reached: string; isMet: boolean }

/** One that can be drawn. `share`: of the limit; up to 1 it is met. */
export type Aim = JudgedAim & { share: number }

const ratioAim = 0.8
const perSecondAim = 300
const arrivalAimMs = 1_000
const screenAimMs = 100
const listAimMs = 10
const ticketAimMs = 15
const searchAimMs = 60
const idleAimMb = 200
const warmAimMs = 2_000
const outboxAim = 0.5

/** The aims, judged by a run. */
export function judgeAims(report: BenchReport): Aim[] {
  const { ratio, nodes, ingest, arrival, screen, outbox, live, start } = report
  const [one, two] = nodes.map(each => each.perSecond)
  return [
    atLeast('ingest by the ceiling', ratio, ratioAim, 2),
    atLeast('ingest by two processes, in those of one', (two ?? 0) / (one ?? 1), 1, 2),
    atLeast('ingest, mails a second', ingest.perSecond, perSecondAim, 0),
    atMost('delivery to event, p95 ms', arrival.p95Ms, arrivalAimMs),
    atMost('from EXISTS to the screen, p95 ms', screen.p95Ms, screenAimMs),
    atMost('slowest list, p95 ms', slowestMs(report, 'list'), listAimMs),
    atMost('ticket, p95 ms', slowestMs(report, 'ticket'), ticketAimMs),
    atMost('slowest kind of search, p95 ms', slowestMs(report, 'search'), searchAimMs),
    atLeast('outbox by nodemailer with kept connections', outbox.ratio, outboxAim, 2),
    { ...atMost(`hints lost by ${live.clients} clients`, live.lost, 0), share: live.lost },
    atMost('idle with the database, MB (PSS)', start.idleMb.all, idleAimMb),
    atMost('warm start, p50 ms', spreadOf(start.warmMs).p50Ms, warmAimMs),
  ]
}

function atMost(what: string, reached: number, limit: number): Aim {
  const digits = reached < 100 && !Number.isInteger(reached) ? 1 : 0
  return {
    aim: `${what}: at most ${limit}`,
    reached: reached.toFixed(digits),
    isMet: reached <= limit,
    share: reached / limit,
  }
}

function atLeast(what: string, reached: number, wanted: number, digits: number): Aim {
  return {
    aim: `${what}: at least ${wanted}`,
    reached: reached.toFixed(digits),
    isMet: reached >= wanted,
    share: wanted / reached,
  }
}

function slowestMs({ pages }: BenchReport, kind: PageTime['kind']): number {
  return Math.max(...pages.filter(page => page.kind === kind).map(page => page.p95Ms))
}

/** The report as tables of Markdown: the aims, then each kind of request. */
export function tabulateReport(report: BenchReport): string {
  const { pages } = report
  return [
    '| aim | reached | |',
    '|---|---|---|',
    ...judgeAims(report).map(
      ({ aim, reached, isMet }) => `| ${aim} | ${reached} | ${isMet ? 'met' : 'missed'} |`,
    ),
    '',
    `| over HTTP at ${report.seeding.tickets.toLocaleString('en')} tickets | p50 ms | p95 ms | longest ms |`,
    '|---|---|---|---|',
    ...pages.map(
      ({ page, p50Ms, p95Ms, maxMs }) =>
        `| ${[page, ...[p50Ms, p95Ms, maxMs].map(ms => ms.toFixed(1))].join(' | ')} |`,
    ),
    '',
    '```',
    ...[...ingestLines(report), ...outboxLines(report), ...liveLines(report), ...startLines(report)],
    '',
    ...machineLines(report),
    '```',
  ].join('\n')
}

/** The report as people read it; the ratio to the ceiling first. */
export function describeReport(report: BenchReport): string {
  return [
    ...ingestLines(report),
    '',
    ...outboxLines(report),
    '',
    ...deskLines(report),
    '',
    ...liveLines(report),
    '',
    ...startLines(report),
    '',
    ...aimLines(report),
    '',
    ...machineLines(report),
  ].join('\n')
}

function ingestLines({ ceilings, ingest, ratio, arrival, screen, mailBytes, nodes }: BenchReport): string[] {
  const { cpuMsPerMail: cpu, peakMb } = ingest
  const allCpu = cpu.node + cpu.readers + cpu.postgres
  return [
    `ingest by ceiling      ${ratio.toFixed(2)}`,
    `ingest                 ${perSecond(ingest.perSecond)}, ${ingest.mails} mails of ${megabytes(mailBytes)} in ${seconds(ingest.tookMs)}: ${ingest.outcomes
      .filter(({ count }) => count > 0)
      .map(({ outcome, count }) => `${count} ${outcome}`)
      .join(', ')}`,
    `ceiling before, after  ${ceilings.map(one => perSecond(one.perSecond)).join(', ')}`,
    `CPU ms a mail          ${allCpu.toFixed(2)} = node ${cpu.node.toFixed(2)} + mail readers ${cpu.readers.toFixed(2)} + postgres ${cpu.postgres.toFixed(2)}`,
    `  of the ceiling       ${ceilings.map(one => one.cpuMsPerMail.toFixed(2)).join(', ')}`,
    `peak memory            node ${Math.round(peakMb.node)} MB, largest mail reader ${Math.round(peakMb.readers)} MB, postgres together ${Math.round(peakMb.postgres)} MB`,
    `  of the ceiling       ${ceilings.map(one => `${Math.round(one.peakMb)} MB`).join(', ')}`,
    `by processes           ${nodes.map(one => `${one.nodes}: ${perSecond(one.perSecond)}`).join(', ')}, of two mailboxes, on a Postgres of its own`,
    `delivery to event      p50 ${Math.round(arrival.p50Ms)} ms, p95 ${Math.round(arrival.p95Ms)} ms, longest ${Math.round(arrival.maxMs)} ms (${arrival.count} mails; Dovecot tells of a new mail 500 ms late)`,
    `EXISTS to the screen   p50 ${Math.round(screen.p50Ms)} ms, p95 ${Math.round(screen.p95Ms)} ms, longest ${Math.round(screen.maxMs)} ms (${screen.count} mails, a row painted in Chromium)`,
  ]
}

function outboxLines({ outbox }: BenchReport): string[] {
  const { cpuMsPerMail: cpu, pooled, unpooled } = outbox
  return [
    `outbox by nodemailer   ${outbox.ratio.toFixed(2)}`,
    `outbox                 ${perSecond(outbox.perSecond)}, ${outbox.replies} replies to a local sink; the API took ${perSecond(outbox.queuedPerSecond)}`,
    `nodemailer alone       ${perSecond(pooled.perSecond)} with kept connections, ${perSecond(unpooled.perSecond)} with one for each mail`,
    `CPU ms a reply         ${(cpu.node + cpu.postgres).toFixed(2)} = node ${cpu.node.toFixed(2)} + postgres ${cpu.postgres.toFixed(2)}`,
    `  of nodemailer        ${pooled.cpuMsPerMail.toFixed(2)}, ${unpooled.cpuMsPerMail.toFixed(2)}`,
  ]
}

function deskLines({ seeding, pages }: BenchReport): string[] {
  return [
    `${seeding.tickets} tickets seeded in ${seconds(seeding.tookMs)}`,
    'over HTTP, ms                  p50     p95     longest',
    ...pages.map(({ page, p50Ms, p95Ms, maxMs }) =>
      [page.padEnd(32), ...[p50Ms, p95Ms, maxMs].map(ms => ms.toFixed(1).padStart(5).padEnd(8))].join(''),
    ),
  ]
}

function liveLines({ live }: BenchReport): string[] {
  const { clients, changes, connectedMs, kbPerClient, last, lost, cpuMsPerChange } = live
  return [
    `live clients           ${clients} streams in ${seconds(connectedMs)}, ${kbPerClient.toFixed(0)} KB each`,
    `change to last client  p50 ${last.p50Ms.toFixed(0)} ms, p95 ${last.p95Ms.toFixed(0)} ms, longest ${last.maxMs.toFixed(0)} ms (${changes} changes, ${lost} hints lost)`,
    `CPU ms a change        ${cpuMsPerChange.toFixed(1)}, of node and postgres, for all clients`,
  ]
}

function startLines({ start }: BenchReport): string[] {
  const { coldMs, warmMs, restSeconds, idleMb } = start
  const { p50Ms, maxMs, count } = spreadOf(warmMs)
  return [
    `start                  ${seconds(coldMs)} with an empty folder; p50 ${seconds(p50Ms)}, longest ${seconds(maxMs)} of ${count} with a filled one`,
    `idle after ${String(restSeconds).padEnd(4)} s      ${Math.round(idleMb.all)} MB (PSS) = node ${Math.round(idleMb.node)} + mail reader ${Math.round(idleMb.readers)} + postgres ${Math.round(idleMb.postgres)}, in ${idleMb.processes} processes`,
  ]
}

function aimLines(report: BenchReport): string[] {
  return judgeAims(report).map(
    ({ aim, reached, isMet }) => `${isMet ? 'met   ' : 'missed'}  ${aim}: ${reached}`,
  )
}

function machineLines({ machine, sizes }: BenchReport): string[] {
  const { cores, cpu, memoryGb, kernel, load, versions } = machine
  return [
    `machine   ${cores} × ${cpu}, ${memoryGb} GB, Linux ${kernel}, load before ${load.toFixed(1)}`,
    `versions  ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `sizes     ${Object.entries(sizes)
      .map(([name, size]) => `${name} ${size}`)
      .join(', ')}`,
  ]
}

function perSecond(count: number): string {
  return `${Math.round(count)}/s`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
