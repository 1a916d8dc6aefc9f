// Format and lint, by .biome.json. A warning counts as a fault: nobody reads warnings.
import { faultsOf, runTool } from './run-tool.mjs'

export const headline = 'format and lint'
export const unit = 'files'

export default async function check(root) {
  const result = await runTool(root, 'biome', ['check', '--error-on-warnings', '--max-diagnostics=50'])
  return { read: Number(/Checked (\d+) file/.exec(result.output)?.[1] ?? 0), faults: faultsOf(result) }
}
