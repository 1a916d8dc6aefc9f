import { memoryLimitMb, runLedger } from './run-ledger.ts'

// npm run ledger: every mail of the corpus through Dovecot and the whole product; 1 on any breach.
const report = await runLedger()
const { check, refused, breaches } = report
console.log(`corpus          ${report.corpusMails} mails, ${Math.round(report.tookMs / 1000)} s`)
console.log(`refused by LMTP ${refused.length}`)
for (const { name, reason } of refused) console.log(`  ${name}: ${reason}`)
console.log(`range           ${check.mailsBelow} mails below the chosen start`)
console.log(`rows            ${check.rows.length}`)
for (const [outcome, count] of check.outcomes) console.log(`  ${outcome.padEnd(38)} ${count}`)
console.log(`second mailbox  ${report.second.rows.length} rows, a copy of each mail`)
const { once, inStorms, repeats, uneven } = report.shown
console.log(`shown           ${once} once`)
console.log(`  ${'in each mailbox, as part of a storm'.padEnd(38)} ${inStorms}`)
console.log(`  ${'in each, came twice without an id'.padEnd(38)} ${repeats}`)
for (const one of uneven) console.log(`  in one mailbox alone: ${one}`)
console.log(`peak memory     limit ${memoryLimitMb} MB a process`)
for (const { name, pid, peakMb } of report.ours)
  console.log(`  ${name.padEnd(12)} ${String(pid).padEnd(8)} ${Math.round(peakMb)} MB`)
console.log(`  postgres     all together ${Math.round(report.postgresMb)} MB (shared pages once)`)
for (const breach of breaches.slice(0, 50)) console.log(`BREACH ${breach}`)
console.log(breaches.length === 0 ? 'the ledger balances' : `${breaches.length} breaches`)
process.exitCode = breaches.length === 0 ? 0 : 1
