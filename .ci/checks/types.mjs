// tsc for the server and its tests, and for the web app, which has its own settings.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './run-tool.mjs'

export const headline = 'types'
export const unit = 'files'

export default async function check(root) {
  const projects = ['.', 'src/web'].filter(dir => existsSync(join(root, dir, 'tsconfig.json')))
  const results = await Promise.all(projects.map(dir => checkProject(root, dir)))
  return {
    read: results.reduce((sum, { read }) => sum + read, 0),
    faults: results.flatMap(({ faults }) => faults),
  }
}

async function checkProject(root, dir) {
  const { code, output } = await runTool(root, 'tsc', [
    '-p',
    dir,
    '--noEmit',
    '--pretty',
    'false',
    '--listFiles',
    // Only what a change can have touched is checked again: 22 CPU-seconds become 3.
    '--incremental',
    '--tsBuildInfoFile',
    join(root, 'node_modules/.cache/types', `${dir.replaceAll('/', '-')}.tsbuildinfo`),
  ])
  const lines = output.split('\n')
  const ours = lines.filter(line => line.startsWith(join(root, '/')) && !line.includes('/node_modules/'))
  const errors = lines.filter(line => line.trim() !== '' && !line.startsWith('/'))
  if (ours.length === 0) errors.push(`tsc -p ${dir} read no file of ours`)
  return { read: ours.length, faults: code === 0 && ours.length > 0 ? [] : errors }
}
