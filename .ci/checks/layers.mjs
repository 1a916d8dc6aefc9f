// Who imports whom, by .dependency-cruiser.mjs: layers, library fences, private queries, cycles,
// orphans. The tool reads nothing, silently, when its parser does not fit: the count is checked.
import { faultsOf, runTool } from './run-tool.mjs'

export const headline = 'layers and fences'
export const unit = 'modules'

export default async function check(root) {
  const result = await runTool(root, 'depcruise', [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err',
    'src',
  ])
  return { read: Number(/(\d+) modules/.exec(result.output)?.[1] ?? 0), faults: faultsOf(result) }
}
