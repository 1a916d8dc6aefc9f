import type { IdleReport } from './measure-idle.ts'

const arrivalAimMs = 2_000

/** The report as people read it, with its aim. */
export function describeIdle(report: IdleReport): string {
  const { sizes, arrival, restMs, machine } = report
  const eachKb = ((report.allMb - report.firstMb) * 1024) / Math.max(1, sizes.mailboxes - 1)
  const share = (ms: number) => `${(ms / 10).toFixed(1)} %`
  const { cores, cpu, memoryGb, load, versions } = machine
  const isMet = arrival.p95Ms <= arrivalAimMs
  return [
    `connected              ${report.connectedPerSecond.toFixed(1)}/s, by the API with its check of both servers`,
    `waiting                ${report.inIdle} of ${sizes.mailboxes} in IDLE`,
    `all fetched            ${(report.restartMs / 1000).toFixed(1)} s after the start of the process`,
    `memory                 node ${report.allMb.toFixed(0)} MB with all, ${report.firstMb.toFixed(0)} MB with one: ${eachKb.toFixed(0)} KB a mailbox`,
    `CPU at rest            node ${share(restMs.node)}, postgres ${share(restMs.postgres)} of a core, over ${sizes.restSeconds} s`,
    `delivery to event      p50 ${arrival.p50Ms.toFixed(0)} ms, p95 ${arrival.p95Ms.toFixed(0)} ms, longest ${arrival.maxMs.toFixed(0)} ms (${arrival.count} mails)`,
    '',
    `${isMet ? 'met   ' : 'missed'}  delivery to the browser's event p95 at most ${arrivalAimMs} ms: ${arrival.p95Ms.toFixed(0)} ms`,
    '',
    `machine   ${cores} × ${cpu}, ${memoryGb} GB, load before ${load.toFixed(1)}`,
    `versions  ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ].join('\n')
}
