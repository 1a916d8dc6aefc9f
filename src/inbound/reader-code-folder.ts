import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Makes the folder in which mail readers keep what Node made of their code: beside that of this process, and never
 * the same, since a reader may write to it. What another Node left is removed.
 *
 * @returns null where this process keeps nothing either, or the folder cannot be made
 */
export function makeReaderCodeFolder(): string | null {
  const ours = getCompileCacheDir()
  if (ours === undefined) return null
  const folder = `${dirname(ours)}-readers`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const others = readdirSync(folder).filter(name => !name.startsWith(`${process.version}-`))
    for (const name of others) rmSync(join(folder, name), { recursive: true, force: true })
    return folder
  } catch {
    return null // it costs half a second of CPU for each reader, and nothing else
  }
}
