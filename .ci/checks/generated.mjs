// What is generated is fresh: the types of the database, the documentation of the settings.
import { faultsOf, runTool } from './run-tool.mjs'

export const headline = 'generated files fresh'
export const unit = 'generators'

const GENERATORS = [
  { run: ['.ci/db-types.mjs', '--check'], mend: 'npm run db:types' },
  { run: ['src/start.mjs', 'config-docs', '--check'], mend: 'npm run docs:config' },
]

export default async function check(root) {
  const faults = []
  for (const { run, mend } of GENERATORS) {
    const found = faultsOf(await runTool(root, 'node', run))
    faults.push(...found.map(fault => `${fault}\n(mend it by: ${mend})`))
  }
  return { read: GENERATORS.length, faults }
}
