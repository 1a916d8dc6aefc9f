import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What one check of .ci/checks found in a tree: how much it read, and the breaches as sentences. */
export type CheckResult = { read: number; faults: string[] }

/** Loads a module of .ci, which is plain JavaScript: the caller says what it exports. */
export async function loadModule<T>(path: string): Promise<T> {
  return (await import(new URL(`../../.ci/${path}`, import.meta.url).href)) as T
}

/** Runs one check on a tree of its own that holds `files` and nothing else. */
export async function checkTree(name: string, files: Record<string, string>): Promise<CheckResult> {
  const root = await makeTree(files)
  const { default: check } = await loadModule<{ default(root: string): Promise<CheckResult> }>(
    `checks/${name}.mjs`,
  )
  return check(root)
}

/** A folder below the system's temporary one, with `files` in it; it goes when the test is over. */
export async function makeTree(files: Record<string, string>): Promise<string> {
  const root = await writeTree(files)
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

/** The same, for several tests: the caller removes it. */
export async function writeTree(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'letterdesk-check-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}
