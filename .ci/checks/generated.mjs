// What is generated is fresh: the types of the database, the documentation of the settings.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf, runTool } from './run-tool.mjs'

export const headline = 'generated files fresh'
export const unit = 'generators'

const GENERATORS = [
  { needs: '.ci/db-types.mjs', run: ['.ci/db-types.mjs', '--check'], mend: 'npm run db:types' },
  {
    needs: 'src/start.mjs',
    run: ['src/start.mjs', 'config-docs', '--check'],
    mend: 'npm run docs:config',
  },
]

export default async function check(root) {
  const present = GENERATORS.filter(({ needs }) => existsSync(join(root, needs)))
  const faults = []
  for (const { run, mend } of present) {
    const found = faultsOf(await runTool(root, 'node', run))
    faults.push(...found.map(fault => `${fault}\n(mend it by: ${mend})`))
  }
  return {
    read: present.length,
    faults,
    absent: present.length === 0 ? 'nothing is generated yet' : undefined,
  }
}
