import { parseArgs } from 'node:util'
import { CELLS, nameOf } from './cells.ts'
import { type CellOutcome, runGrid } from './run-grid.ts'

// npm run prove:grid [-- --only 'part of a name']…: 1 when a cell is red or was not run.
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } })
const cells = CELLS.filter(cell => values.only.some(part => nameOf(cell).includes(part)))
const width = Math.max(...cells.map(cell => nameOf(cell).length))
let stop: () => Promise<void> = async () => undefined
// Ctrl-C leaves no node, no Postgres and no mount behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().finally(() => process.exit(130)))
const onStart = (end: () => Promise<void>) => {
  stop = end
}
const onOutcome = (outcome: CellOutcome) => {
  const mark = outcome.faults.length === 0 ? 'green' : 'RED  '
  const help = [
    ...(outcome.hurried > 0 ? [`tried now by hand ${outcome.hurried}`] : []),
    ...(outcome.sentAgain > 0 ? [`sent again by hand ${outcome.sentAgain}`] : []),
  ].join(', ')
  const seconds = (outcome.tookMs / 1000).toFixed(1).padStart(5)
  console.log(`${mark}  ${seconds} s  ${outcome.name.padEnd(width)}  ${help}`.trimEnd())
  for (const fault of outcome.faults) console.log(`         ${fault}`)
}
const { outcomes, late, canFill, tookMs } = await runGrid(cells, { onOutcome, onStart })
for (const fault of late) console.log(`LATE  ${fault}`)
if (!canFill) console.log('nothing may be mounted here: no space was the database alone')
const green = outcomes.filter(outcome => outcome.faults.length === 0).length
console.log(`${green}/${cells.length} cells green in ${Math.round(tookMs / 1000)} s`)
process.exitCode = green === cells.length && green > 0 && late.length === 0 ? 0 : 1
