// Files, exports and packages nobody uses, by knip.

import { faultsOf, runTool } from './run-tool.mjs'
import { sourceFiles } from './source-files.mjs'

export const headline = 'nothing unused'
export const unit = 'files'

export default async function check(root) {
  const result = await runTool(root, 'knip', ['--config', '.knip.json', '--no-progress'])
  return { read: sourceFiles(root, ['src'], ['.ts', '.tsx']).length, faults: faultsOf(result) }
}
