import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compareSenders, isRealAddress } from './compare-senders.ts'
import { mutationOf } from './fuzz-child.ts'
import { type Growth, measureGrowth } from './linear-time.ts'
import { runFuzz } from './run-fuzz.ts'

// npm run fuzz [-- --count N --seed N --senders N --processes N --example FILE]: 1 where anything breaks.
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    senders: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    example: { type: 'string', default: 'counter-example.eml' },
  },
})
const [count, seed, senders, processes] = [
  Number(values.count),
  Number(values.seed),
  Number(values.senders),
  Number(values.processes),
]
if (![count, seed, senders, processes].every(Number.isSafeInteger)) throw new RangeError('numbers are whole')
const report = await runFuzz({
  count,
  seed,
  processes,
  onProgress: done => process.stderr.write(`… ${done}\n`),
})
const { slowest, faults } = report
console.log(`mutations  ${report.count} of the corpus, seed ${seed}`)
console.log(`slowest    ${Math.round(slowest.cpuMs)} ms CPU (number ${slowest.index})`)
for (const [what, some] of Map.groupBy(faults, one => one.what)) {
  console.log(
    `FAULT ${some.length} × ${what}: numbers ${some
      .slice(0, 5)
      .map(one => one.index)
      .join(', ')}`,
  )
}
const [first] = faults.toSorted((a, b) => a.index - b.index)
if (first) {
  const file = resolve(values.example)
  await writeFile(file, await mutationOf(seed, first.index))
  console.log(`the first, number ${first.index}, is in ${file}`)
}
const compared = await compareSenders({ count: senders, seed })
const forged = compared.trusted.filter(one => isRealAddress(one.theirs))
console.log(
  `\nsenders    ${compared.count} From fields: ${compared.same} read alike, ${compared.doubted} doubted, ${compared.trusted.length - forged.length} of whom Dovecot finds no address`,
)
for (const one of forged.slice(0, 20))
  console.log(`FAULT trusted, though Dovecot reads ${one.theirs}: ${JSON.stringify(one.from)}`)
const growths = await measureGrowth()
console.log('\ntime       of 1 MB by CPU, the slowest shape of each')
for (const [subject, some] of Map.groupBy(growths, one => one.subject)) {
  const [slowest] = some.toSorted((a, b) => b.wholeMs - a.wholeMs)
  if (slowest) console.log(`  ${describeGrowth(slowest)} of ${some.length} shapes (${subject})`)
}
const steep = growths.filter(one => !one.isLinear)
for (const one of steep)
  console.log(`FAULT more than 2.5 times for twice the text: ${one.subject} ${describeGrowth(one)}`)
const broken = faults.length + forged.length + steep.length
console.log(broken === 0 ? '\nnothing broke' : `\n${broken} faults`)
process.exitCode = broken === 0 ? 0 : 1

function describeGrowth({ shape, halfMs, wholeMs }: Growth): string {
  return `${Math.round(halfMs)} → ${Math.round(wholeMs)} ms ${JSON.stringify(shape)}`
}
