// `npm run check`: everything a machine can say about the code without running the product. Each
// check is a file of .ci/checks; one that read nothing fails, since silence is no proof.
// `npm run check -- types words` runs those alone.
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

// The slow ones first, so that both lanes end together.
const NAMES = [
  'unused',
  'types',
  'layers',
  'biome',
  'generated',
  'shape',
  'docstrings',
  'words',
  'rfc-register',
  'cited-files',
  'migrations',
  'locales',
  'error-codes',
]
const LANES = 2

async function runCheck(name) {
  const startedMs = performance.now()
  const { headline, unit, default: check } = await import(`./checks/${name}.mjs`)
  const { read, faults } = await runSafely(check)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  if (read === 0) faults.push(`read no ${unit}: the check is broken, or its subject has moved`)
  report({ name, headline, facts: `${read} ${unit}, ${seconds} s`, faults })
  return faults.length === 0
}

/** A check that throws is a failed check; the others still have their say. */
async function runSafely(check) {
  try {
    return await check(ROOT)
  } catch (error) {
    return { read: 0, faults: [error.stack] }
  }
}

function report({ name, headline, facts, faults }) {
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${headline} (${name}): ${facts}`)
  for (const fault of faults) console.log(fault.replace(/^/gm, '    '))
}

async function runLane(waiting, results) {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
    results.push(await runCheck(name))
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !NAMES.includes(name))
if (unknown.length > 0) throw new Error(`no such check: ${unknown.join(', ')}; there are ${NAMES.join(', ')}`)
const waiting = asked.length > 0 ? asked : [...NAMES]
const results = []
await Promise.all(Array.from({ length: LANES }, () => runLane(waiting, results)))
const failed = results.filter(isFine => !isFine).length
console.log(
  failed === 0 ? `check: all ${results.length} are fine` : `check: ${failed} of ${results.length} failed`,
)
process.exitCode = failed === 0 ? 0 : 1
