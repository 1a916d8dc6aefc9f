import { cp, mkdir, mkdtemp, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One change of a source: `pattern` stands in the file exactly once. */
export type PlantedChange = { file: string; pattern: string; replacement: string }

const ALWAYS = ['src', 'migrations', 'templates', 'config', 'package.json', 'package-lock.json']

/**
 * Copies the product, so that it can be changed without anybody noticing. No browser opens the copy: its page is empty.
 *
 * @param more further files and folders it needs
 * @returns its folder, ending in `/`
 */
export async function copyProduct(root: string, more: readonly string[] = []): Promise<string> {
  const copy = `${await mkdtemp(join(tmpdir(), 'letterdesk-planted-'))}/`
  for (const name of [...ALWAYS, ...more]) await cp(join(root, name), join(copy, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  await writeEmptyWebApp(copy)
  return copy
}

/**
 * Changes a file of the copy.
 *
 * @returns how to change it back
 * @throws Error when the source no longer reads as expected: the change must be planted anew
 */
export async function plantChange(
  copy: string,
  { file, pattern, replacement }: PlantedChange,
): Promise<() => Promise<void>> {
  const path = join(copy, file)
  const text = await readFile(path, 'utf8')
  if (text.split(pattern).length !== 2) throw new Error(`not once in ${file}: ${pattern}`)
  await writeFile(
    path,
    text.replace(pattern, () => replacement),
  )
  return () => writeFile(path, text)
}

/** An empty page newer than its sources keeps Vite from building one. */
async function writeEmptyWebApp(copy: string): Promise<void> {
  await mkdir(join(copy, 'dist/web'), { recursive: true })
  const page = join(copy, 'dist/web/index.html')
  await writeFile(page, '<!doctype html><title>Letterdesk</title>')
  const later = new Date(Date.now() + 3_600_000)
  await utimes(page, later, later)
}
