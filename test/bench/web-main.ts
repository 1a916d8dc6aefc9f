import { parseArgs } from 'node:util'
import { makeCertificates } from '../support/certificates.ts'
import { openBrowser } from '../support/chromium.ts'
import { describeMachine } from './describe-machine.ts'
import { measureWeb, type WebFigures, type WebSizes } from './measure-web.ts'
import { startSeededDesk } from './seeded-desk.ts'
import { describeSpread, judgeWeb } from './web-report.ts'

// npm run bench:web [-- --tickets 100000 --slowdown 4 --marks 200 --times 30 --triage 50 --seed 1 --json]
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '100000' },
    slowdown: { type: 'string', default: '4' },
    marks: { type: 'string', default: '200' },
    times: { type: 'string', default: '30' },
    triage: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const [tickets, seed] = [Number(values.tickets), Number(values.seed)]
const sizes: WebSizes = {
  slowdown: Number(values.slowdown),
  marks: Number(values.marks),
  times: Number(values.times),
  triage: Number(values.triage),
}
if (![tickets, seed, ...Object.values(sizes)].every(Number.isSafeInteger))
  throw new RangeError('every size is a whole number')
const certificates = await makeCertificates()
process.stderr.write(`… seeding ${tickets} tickets\n`)
const desk = await startSeededDesk({ caFile: certificates.caFile, tickets, seed })
const browser = await openBrowser()
let figures: WebFigures
try {
  process.stderr.write('… working in the inbox\n')
  figures = await measureWeb(browser, desk.agent, sizes)
} finally {
  await browser.close()
  await desk.product.stop()
  await certificates.remove()
}
const { cores, cpu, load } = await describeMachine()
if (values.json) console.log(JSON.stringify({ sizes: { tickets, seed, ...sizes }, figures }, null, 2))
else {
  for (const { aim, reached, isMet } of judgeWeb(figures))
    console.log(`${isMet ? 'met   ' : 'missed'}  ${aim}: ${reached}`)
  console.log(
    `\nlimit     a key that changes one attribute of an empty page: ${describeSpread(figures.floor)}`,
  )
  const how = Object.entries({ tickets, seed, ...sizes }).map(([name, size]) => `${name} ${size}`)
  console.log(`machine   ${cores} × ${cpu}, load ${load.toFixed(1)}\nsizes     ${how.join(', ')}`)
}
