// Runs one of the project's own tools and hands back what it printed.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Output (both streams, without colours) and exit code of a command in `root`; never throws on a failure. */
export function runTool(root, command, args) {
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      resolve({ code: code ?? 1, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')) })
    })
  })
}

/** A tool's failure as faults: its output when it ended with an error, nothing otherwise. */
export function faultsOf({ code, output }) {
  return code === 0 ? [] : [output.trim() || `ended with code ${code}`]
}
