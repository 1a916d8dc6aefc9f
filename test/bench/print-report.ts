import type { BenchReport } from './run-bench.ts'

/** One aim of the product with what this run reached. */
export type Aim = { aim: string; reached: string; isMet: boolean }

const ratioAim = 0.5
const perSecondAim = 300
const arrivalAimMs = 1_000
const listAimMs = 20
const outboxAim = 0.5

/** The aims, judged by a run. */
export function judgeAims(report: BenchReport): Aim[] {
  const lists = report.pages.filter(page => page.kind === 'list')
  const slowestMs = Math.max(...lists.map(page => page.p95Ms))
  return [
    {
      aim: `ingest at least ${ratioAim} of the ceiling`,
      reached: report.ratio.toFixed(2),
      isMet: report.ratio >= ratioAim,
    },
    {
      aim: `ingest at least ${perSecondAim} messages/s`,
      reached: `${Math.round(report.ingest.perSecond)}/s`,
      isMet: report.ingest.perSecond >= perSecondAim,
    },
    {
      aim: `delivery to the browser's event p95 at most ${arrivalAimMs} ms`,
      reached: `${Math.round(report.arrival.p95Ms)} ms`,
      isMet: report.arrival.p95Ms <= arrivalAimMs,
    },
    {
      aim: `slowest list p95 at most ${listAimMs} ms`,
      reached: `${slowestMs.toFixed(1)} ms`,
      isMet: slowestMs <= listAimMs,
    },
    {
      aim: `outbox at least ${outboxAim} of nodemailer with kept connections`,
      reached: report.outbox.ratio.toFixed(2),
      isMet: report.outbox.ratio >= outboxAim,
    },
  ]
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
    ...aimLines(report),
    '',
    ...machineLines(report),
  ].join('\n')
}

function ingestLines({ ceilings, ingest, ratio, arrival, mailBytes }: BenchReport): string[] {
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
    `delivery to event      p50 ${Math.round(arrival.p50Ms)} ms, p95 ${Math.round(arrival.p95Ms)} ms, longest ${Math.round(arrival.maxMs)} ms (${arrival.count} mails; Dovecot tells of a new mail 500 ms late)`,
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
    'over HTTP, ms           p50     p95     longest',
    ...pages.map(({ page, p50Ms, p95Ms, maxMs }) =>
      [page.padEnd(26), ...[p50Ms, p95Ms, maxMs].map(ms => ms.toFixed(1).padStart(5).padEnd(8))].join(''),
    ),
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
