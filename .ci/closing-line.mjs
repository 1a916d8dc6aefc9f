// Prints the counts of a test run as one plain line, `N passed, N failed`, from the run's output.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/**
 * The counts of vitest's last summary in `output`. A run that ended with an error but counted no
 * failed test (a failing check, an unhandled rejection, no summary at all) counts as one failed.
 */
export function closingLine(output, exitCode) {
  const summaries = stripVTControlCharacters(output).match(/^\s*Tests\s+.*$/gm) ?? []
  const last = summaries.at(-1) ?? ''
  const passed = Number(/(\d+) passed/.exec(last)?.[1] ?? 0)
  const failed = Number(/(\d+) failed/.exec(last)?.[1] ?? 0)
  return `${passed} passed, ${exitCode === 0 ? failed : Math.max(failed, 1)} failed`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , file = '', exitCode = '1'] = process.argv
  console.log(closingLine(readFileSync(file, 'utf8'), Number(exitCode)))
}
