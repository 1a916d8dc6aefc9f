import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module'
import { basename, join } from 'node:path'

/**
 * Keeps what Node makes of our files in `dataDir/compiled`, so that the next start neither strips types nor compiles
 * them again: half of a start's CPU. Only for what is imported afterwards. There, and not in the system's folder for
 * temporary files: whoever may write to it decides what we run.
 *
 * A folder that cannot be written costs nothing but the time; `NODE_COMPILE_CACHE` goes before.
 *
 * @param dataDir absolute; made with mode 0700 when missing
 */
export function keepCompiled(dataDir: string): void {
  const folder = join(dataDir, 'compiled')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  enableCompileCache(folder)
  const directory = getCompileCacheDir() // of this Node's version, below the folder
  if (directory === undefined || !directory.startsWith(folder)) return
  for (const name of readdirSync(folder)) {
    if (name !== basename(directory)) rmSync(join(folder, name), { recursive: true, force: true }) // another Node's
  }
}

/** Writes what was compiled so far, so that the next start has it whatever ends this process. */
export function writeCompiled(): void {
  flushCompileCache()
}
