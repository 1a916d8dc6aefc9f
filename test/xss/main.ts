import { parseArgs } from 'node:util'
import { startHostileDesk } from '../abuse/hostile-desk.ts'
import { openTrappedBrowser } from '../abuse/trapped-browser.ts'
import { paintedOutside } from './pixels.ts'
import { checkRoundTrips } from './round-trip.ts'
import {
  attackAnswers,
  attackBarePage,
  attackFrames,
  attackNames,
  attackTexts,
  type SurfaceReport,
} from './surfaces.ts'
import { listMarkup, listVectors } from './vectors.ts'

// npm run xss [-- --round-trips N --seed N]: every vector on every surface of the real product; 1 on any harm.
const { values } = parseArgs({
  options: {
    'round-trips': { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})
const [count, seed] = [Number(values['round-trips']), Number(values.seed)]
if (![count, seed].every(Number.isSafeInteger)) throw new RangeError('round-trips and seed are whole numbers')
const desk = await startHostileDesk()
const trapped = await openTrappedBrowser(desk.owner)
const attack = { desk, trapped }
let harm = 0
try {
  const vectors = listVectors()
  tell(await attackBarePage(attack, vectors))
  tell(await attackFrames(attack, vectors))
  tell(await attackTexts(attack, vectors))
  tell(await attackNames(attack, listMarkup()))
  tell(await attackAnswers(attack, vectors))
  const { shown, painted } = await paintedOutside(attack)
  console.log(`${String(shown).padStart(6)}  pixels outside of the frame: ${painted.length} pages differ`)
  for (const one of painted) console.log(`  FAULT ${one}`)
  const trips = await checkRoundTrips(trapped.page, { count, seed })
  console.log(
    `${String(trips.count).padStart(6)}  cleaned, read by Chromium: ${trips.faults.length} trees differ, ${trips.moved} moved when read twice (seed ${seed})`,
  )
  for (const one of trips.faults.slice(0, 5)) console.log(`  FAULT ${one.slice(0, 600)}`)
  harm += painted.length + trips.faults.length
} finally {
  await trapped.close()
  await desk.stop()
}
console.log(harm === 0 ? 'no harm' : `${harm} faults`)
process.exitCode = harm === 0 ? 0 : 1

function tell({ surface, shown, ran, asked, faults }: SurfaceReport): void {
  harm += ran.length + asked.length + faults.length
  console.log(
    `${String(shown).padStart(6)}  ${surface}: ${ran.length} scripts, ${asked.length} requests, ${faults.length} faults`,
  )
  for (const one of [...ran, ...asked, ...faults].slice(0, 10)) console.log(`  FAULT ${one.slice(0, 300)}`)
}
