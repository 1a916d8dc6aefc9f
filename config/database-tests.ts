import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * The test files that reach `test/support/postgres.ts` by their imports inside `test/`: they run once
 * on each supported Postgres.
 *
 * @param root the repository
 * @returns paths relative to `root`
 */
export function listDatabaseTests(root: string): string[] {
  const target = join(root, 'test/support/postgres.ts')
  const seen = new Map<string, boolean>()
  const reaches = (file: string): boolean => {
    const known = seen.get(file)
    if (known !== undefined) return known
    seen.set(file, file === target) // also ends a cycle
    const found = file === target || importsOf(file).some(reaches)
    seen.set(file, found)
    return found
  }
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => join(root, 'test', name))
    .filter(reaches)
    .map(file => relative(root, file))
    .sort()
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/from '(\.[^']+\.ts)'/g)]
    .map(match => resolve(dirname(file), match[1] ?? ''))
    .filter(path => path.includes('/test/'))
}
