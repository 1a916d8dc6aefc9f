import { parseArgs } from 'node:util'
import { describeIdle } from './idle-report.ts'
import { measureIdle } from './measure-idle.ts'

// npm run bench:idle [-- --mailboxes 1000 --deliveries 60 --rest 60 --seed 1]: what mailboxes cost that get no mail.
const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '1000' },
    deliveries: { type: 'string', default: '60' },
    rest: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const sizes = {
  mailboxes: Number(values.mailboxes),
  deliveries: Number(values.deliveries),
  restSeconds: Number(values.rest),
  seed: Number(values.seed),
}
if (!Object.values(sizes).every(Number.isSafeInteger)) throw new RangeError('every size is a whole number')
console.log(describeIdle(await measureIdle(sizes, line => process.stderr.write(`… ${line}\n`))))
