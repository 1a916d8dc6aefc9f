import { execFileSync } from 'node:child_process'

/**
 * A number that differs from commit to commit and is the same in every run of one: what part of a long
 * proof a run takes, and the seed of what it makes up.
 */
export function numberOfCommit(): number {
  const root = new URL('../..', import.meta.url).pathname
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return Number.parseInt(commit.slice(0, 7), 16)
}
