import { describeMachine } from '../bench/describe-machine.ts'
import { AIMS, runBackfill } from './run-backfill.ts'

// npm run backfill -- [mails [up to]]: 50,000 old mails through Dovecot and the whole product, three kills; 1 on any breach.
// A second number ends it when so many are in: half a million take an hour and a half, their first fifty thousand some minutes.
const [mails = 50_000, upTo] = process.argv.slice(2).map(Number)
const report = await runBackfill({ mails, kills: 3, say: console.log, ...(upTo && { upTo }) })
const { perSecond, tookMs, newMailMs, outcomes, ours, breaches } = report
console.log(
  `old mail        ${report.settled} of ${report.mails} mails in ${Math.round(tookMs / 1000)} s: ${Math.round(perSecond)}/s (aim ${AIMS.perSecond}), ${report.kills} kills and a halt in it`,
)
console.log(
  `new mail        a ticket after ${newMailMs.map(ms => `${(ms / 1000).toFixed(1)} s`).join(', ')} (aim ${AIMS.newMailMs / 1000} s)`,
)
console.log(
  `outcomes        ${Object.entries(outcomes)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ')}`,
)
console.log(`open tickets    ${report.openTickets}, of the last days and the new ones`)
console.log(`acknowledged    ${report.acknowledgedOld} old mails, ${report.acknowledgedNew} new ones`)
console.log(`peak memory     limit ${AIMS.memoryMb} MB a process`)
for (const { name, pid, peakMb } of ours)
  console.log(`  ${name.padEnd(12)} ${String(pid).padEnd(8)} ${Math.round(peakMb)} MB`)
console.log(`  postgres     all together ${Math.round(report.postgresMb)} MB (shared pages once)`)
console.log(JSON.stringify(await describeMachine()))
for (const breach of breaches) console.log(`BREACH ${breach}`)
process.exitCode = breaches.length === 0 ? 0 : 1
