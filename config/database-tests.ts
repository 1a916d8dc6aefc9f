import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { numberOfCommit } from '../test/support/number-of-commit.ts'

const POSTGRES = 'test/support/postgres.ts'

// That the others run on the Postgres they are meant for.
const FIRST = 'test/db/oldest-postgres.test.ts'

// Tests that start one of these servers, or file the corpus, are about mail servers, the whole product or
// threading, take half of the time, and run SQL that the others run too.
const LONG = ['dovecot', 'letterdesk', 'node-process', 'smtp-sink', 'corpus'].map(
  name => `test/support/${name}.ts`,
)

/**
 * The test files that touch the database, so run on each supported Postgres: those that reach
 * `test/support/postgres.ts` by their imports inside `test/`. Each commit runs a quarter of them, of those that also
 * start other servers or file the corpus an eighth, and all of them are run with `options.isWhole`.
 *
 * @param root the repository
 * @returns paths relative to `root`
 */
export function listDatabaseTests(root: string, options: { isWhole: boolean }): string[] {
  const files = listTests(root).filter(reachesFrom(root, [POSTGRES]))
  if (options.isWhole) return files
  const isHeavy = reachesFrom(root, LONG)
  const heavy = files.filter(isHeavy)
  const light = files.filter(file => !isHeavy(file))
  return [...new Set([FIRST, ...ofCommit(heavy, 8), ...ofCommit(light, 4)])].sort()
}

/** One of so many parts, another with each commit. */
function ofCommit(files: readonly string[], parts: number): string[] {
  return files.filter((_, index) => index % parts === numberOfCommit() % parts)
}

function listTests(root: string): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => relative(root, join(root, 'test', name)))
    .sort()
}

function reachesFrom(root: string, targets: readonly string[]): (file: string) => boolean {
  const ends = new Set(targets.map(target => join(root, target)))
  const seen = new Map<string, boolean>()
  const reaches = (file: string): boolean => {
    const known = seen.get(file)
    if (known !== undefined) return known
    seen.set(file, ends.has(file)) // also ends a cycle
    const found = ends.has(file) || importsOf(file).some(reaches)
    seen.set(file, found)
    return found
  }
  return file => reaches(join(root, file))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/from '(\.[^']+\.ts)'/g)]
    .map(match => resolve(dirname(file), match[1] ?? ''))
    .filter(path => path.includes('/test/'))
}
