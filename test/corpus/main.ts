import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { corpusDir } from '../support/corpus.ts'
import { listLostWords } from './find-lost-words.ts'
import { isReached, judgeAims } from './judge-score.ts'
import { measureGap, pointsOf } from './measure-gap.ts'
import { describeAims, describeGaps, describeMisses, describeTables } from './print-score.ts'
import { scoreSet } from './score-set.ts'

// npm run corpus [-- --set DIR --rewrites N --seed N]: what the product reads of real mail; 1 where an
// aim is missed, or where mails written anew are read worse by more than one point.
const { values } = parseArgs({
  options: {
    set: { type: 'string', default: corpusDir() },
    rewrites: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
})
const [count, seed] = [Number(values.rewrites), Number(values.seed)]
if (![count, seed].every(Number.isSafeInteger)) throw new RangeError('rewrites and seed are whole numbers')
const dir = resolve(values.set)
const score = await scoreSet(dir)
const aims = judgeAims(score)
console.log(describeTables(score))
console.log(`\nmissed\n${describeMisses(score)}`)
const { lost, hidden } = await listLostWords(dir, score.cases)
console.log(`\nwords that another reader shows and we keep nowhere: ${lost.length} mails`)
for (const one of lost) console.log(`  ${one.name}: ${one.lost.slice(0, 8).join(' ')}`)
console.log(`visible words out of the text's order, so that a fold could hide some: ${hidden.length} mails`)
for (const one of hidden) console.log(`  ${one.name}`)
const again = count > 0 ? await measureGap(score, { count, seed }) : undefined
if (again) {
  console.log(`\n${count} rewrites (seed ${seed}), missed\n${describeMisses(again.score)}`)
  console.log(`\n${describeGaps(again.gaps)}`)
}
console.log(`\n${describeAims(aims)}`)
const isGeneral = again?.gaps.every(gap => pointsOf(gap) <= 1) ?? true
process.exitCode = aims.every(isReached) && hidden.length === 0 && isGeneral ? 0 : 1
