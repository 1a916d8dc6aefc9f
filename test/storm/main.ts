import { runStorms, STORMS } from './run-storm.ts'

// npm run storm [-- MAILS [KIND]]: storms of 10,000 mails; 1 where a mail is lost or others wait too long.
const mails = Number(process.argv[2] ?? 10_000)
const wanted = process.argv[3]
const kinds = STORMS.filter(kind => wanted === undefined || kind === wanted)
if (kinds.length === 0) throw new RangeError(`the storms are: ${STORMS.join(', ')}`)
const limitMs = 10_000 // A73
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
let breaches = 0
await runStorms(mails, kinds, report => {
  const { healthy, others } = report
  console.log(`${report.kind}: ${report.mails} mails`)
  console.log(`  delivered in ${seconds(report.deliveredInMs)}, filed after ${seconds(report.filedInMs)}`)
  console.log(
    `  ${report.messages} messages in ${report.tickets} tickets, ${report.stormTickets} of them grouped; ${report.unfiled} unfiled`,
  )
  console.log(`  ${report.hints} hints for the busiest ticket`)
  console.log(
    `  mailbox beside it: ${healthy.count} mails, p50 ${seconds(healthy.p50Ms)}, p95 ${seconds(healthy.p95Ms)}, max ${seconds(healthy.maxMs)}`,
  )
  console.log(
    `  others in it:      ${others.count} mails, p50 ${seconds(others.p50Ms)}, p95 ${seconds(others.p95Ms)}, max ${seconds(others.maxMs)}`,
  )
  const isLate = healthy.p95Ms >= limitMs || (report.kind === 'one sender' && others.p95Ms >= limitMs)
  const isBroken = report.messages !== mails || report.unfiled > 0 || isLate
  if (isBroken) console.log('  BREACH')
  breaches += isBroken ? 1 : 0
})
process.exitCode = breaches === 0 ? 0 : 1
