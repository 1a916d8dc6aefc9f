import { parseArgs } from 'node:util'
import { PLANTED_BUGS } from './bugs.ts'
import { runPlanted } from './run-planted.ts'

// npm run prove:planted [-- --only 'part of a name']: 1 when one bug is not noticed.
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const root = new URL('../..', import.meta.url).pathname
const bugs = PLANTED_BUGS.filter(bug => bug.name.includes(values.only))
const outcomes = await runPlanted(root, bugs, ({ bug, caughtBy, tookMs }) => {
  const mark = caughtBy === null ? 'MISSED' : 'caught'
  console.log(
    `${mark}  ${(tookMs / 1000).toFixed(0).padStart(3)} s  ${bug.name}\n                by ${caughtBy ?? 'nobody'}`,
  )
})
const caught = outcomes.filter(outcome => outcome.caughtBy !== null).length
console.log(`${caught}/${outcomes.length} caught`)
process.exitCode = caught === outcomes.length && caught > 0 ? 0 : 1
