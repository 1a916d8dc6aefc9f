import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { corpusDir } from '../support/corpus.ts'
import { listLostWords } from './find-lost-words.ts'
import { isReached, judgeAims } from './judge-score.ts'
import { describeAims, describeMisses, describeTables } from './print-score.ts'
import { scoreSet } from './score-set.ts'

// npm run corpus [-- --set DIR]: what the product reads of real mail; 1 where an aim is missed.
const { values } = parseArgs({ options: { set: { type: 'string', default: corpusDir() } } })
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
console.log(`\n${describeAims(aims)}`)
process.exitCode = aims.every(isReached) && hidden.length === 0 ? 0 : 1
