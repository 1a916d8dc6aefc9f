import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { makeCertificates } from '../support/certificates.ts'
import { openBrowser } from '../support/chromium.ts'
import { findFreePorts } from '../support/free-ports.ts'
import { startLetterdesk } from '../support/letterdesk.ts'
import { practiceTickets } from '../support/practice-tickets.ts'
import { AIMS, type Category, pagesToAudit } from './pages.ts'

// npm run lighthouse: accessibility, best practices and performance of the screens, as Lighthouse judges them for a
// desktop (https://github.com/GoogleChrome/lighthouse). Installs its tool from the npm registry (./tool) first.

type Audit = (
  url: string,
  flags: { port: number; extraHeaders: Record<string, string>; onlyCategories: readonly Category[] },
  config: unknown,
) => Promise<{
  lhr: { categories: Record<Category, { score: number | null }>; audits: Record<string, Finding> }
}>
type Finding = { id: string; title: string; score: number | null; scoreDisplayMode: string }

const HERE = new URL('./tool/', import.meta.url).pathname
const TOOL = `${HERE}node_modules/lighthouse`
if (!existsSync(TOOL)) {
  process.stderr.write('… installing Lighthouse beside this command\n')
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--prefix', HERE])
}
const tool = createRequire(import.meta.url).resolve('lighthouse', { paths: [HERE] })
const { default: audit, desktopConfig } = (await import(tool)) as { default: Audit; desktopConfig: unknown }
const certificates = await makeCertificates()
const desk = await startLetterdesk({ caFile: certificates.caFile, args: ['--practice'] })
const [port = 0] = await findFreePorts(1)
const browser = await openBrowser({ args: [`--remote-debugging-port=${port}`] })
let missed = 0
try {
  const owner = await desk.owner()
  const [ticket] = await practiceTickets(owner)
  for (const { name, path, isSignedIn } of pagesToAudit(ticket?.number ?? 0)) {
    const extraHeaders: Record<string, string> = isSignedIn ? { Cookie: owner.cookie() } : {}
    const onlyCategories = Object.keys(AIMS) as Category[]
    const { lhr } = await audit(
      `${desk.baseUrl}${path}`,
      { port, extraHeaders, onlyCategories },
      desktopConfig,
    )
    const scores = onlyCategories.map(category => {
      const score = Math.round((lhr.categories[category].score ?? 0) * 100)
      if (score < AIMS[category]) missed += 1
      return `${category} ${score}${score < AIMS[category] ? ` (aim ${AIMS[category]})` : ''}`
    })
    console.log(`${name.padEnd(20)} ${scores.join(', ')}`)
    const failed = Object.values(lhr.audits).filter(
      ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
    )
    for (const { id, title, score } of failed) console.log(`    ${score}  ${id}: ${title}`)
  }
} finally {
  await browser.close()
  await desk.stop()
  await certificates.remove()
}
console.log(missed === 0 ? 'every aim is met' : `${missed} aims missed`)
process.exitCode = missed === 0 ? 0 : 1
